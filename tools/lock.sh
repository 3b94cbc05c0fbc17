#!/usr/bin/env bash
# Makes requirements.lock (what the program needs, and what installs it) and requirements-dev.lock (the same, and the
# tools of `make test`): names, versions and hashes for Linux and Windows, Python 3.11 to 3.13, and nothing else.
#   tools/lock.sh             keeps the versions that are locked, adds what pyproject.toml asks for anew
#   tools/lock.sh --upgrade   takes the newest of everything
set -euo pipefail
cd "$(dirname "$0")/.."
uv_version=0.13.9
uv=.setup/uv/bin/uv

if [ ! -x "$uv" ] || [ "$("$uv" --version | cut -d' ' -f2)" != "$uv_version" ]; then
  rm -rf .setup/uv
  .venv/bin/python -m venv .setup/uv
  .setup/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi

compile() {  # compile OUTPUT ARGUMENTS...
  local output=$1
  shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links "$@" pyproject.toml --output-file "$output"
  local body
  body=$(cat "$output")
  printf '# Made by "make lock" from pyproject.toml: names, versions, hashes. Do not edit.\n%s\n' "$body" > "$output"
}

compile requirements.lock --group build "$@"
compile requirements-dev.lock --group build --group dev --constraint requirements.lock "$@"
