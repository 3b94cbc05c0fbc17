#!/usr/bin/env bash
# Prepares this folder and nothing outside it, but for the system packages that Qt and Python's venv need.
#   tools/setup.sh run     what the program needs
#   tools/setup.sh test    the same, and the tools of `make test`
# The Makefile calls it when the lock is newer than the last set-up. PYTHON=... chooses the interpreter (3.11 to 3.13).
set -euo pipefail
cd "$(dirname "$0")/.."

suitable() {  # is $1 a Python 3.11 to 3.13 that can make a virtual environment?
  "$1" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if suitable "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
}

missing_packages() {  # the Debian packages to install, one a line
  [ -n "$(find_python)" ] || [ -n "${PYTHON:-}" ] || echo python3-venv
  [ "$(uname -s)" = Linux ] || return 0
  local known library package
  known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p)
  while read -r library package; do
    case $library in ''|'#'*) continue ;; esac
    grep -qF "	$library " <<<"$known" || echo "$package"
  done < tools/qt-libraries.txt | sort -u
}

install_packages() {  # install_packages PACKAGE...
  if ! command -v apt-get >/dev/null; then
    echo "These libraries are missing; install what holds them on this system, then try again (Debian's names):"
    echo "  $*"
    exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "Some system packages are missing. Please run this line, or ask whoever administers the machine to, then try again:"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    exit 1
  fi
  echo "Installing $# system packages: $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

make_environment() {  # make_environment LOCK
  local python
  python=$(find_python)
  if [ -z "$python" ]; then
    echo "Python 3.11, 3.12 or 3.13 is needed, with its venv module. Say which with PYTHON=/path/to/python make ..."
    exit 1
  fi
  suitable .venv/bin/python || { rm -rf .venv; "$python" -m venv .venv; }
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  echo "Installing the Python packages that $1 names"
  .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r "$1"
  .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
}

mapfile -t packages < <(missing_packages)
((${#packages[@]} == 0)) || install_packages "${packages[@]}"
case ${1:-} in
  run)
    make_environment requirements.lock
    touch .venv/.run
    ;;
  test)
    make_environment requirements-dev.lock
    touch .venv/.run .venv/.test
    ;;
  *)
    echo "usage: tools/setup.sh run|test"
    exit 2
    ;;
esac
