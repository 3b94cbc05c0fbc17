"""What every test needs before Qt is imported: no display. And a PostgreSQL for those that ask for one."""

import os
import sys

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: they wait a third of their time, for processes, disks and peers."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this test process."""
    if sys.platform != "linux":
        pytest.skip("a PostgreSQL from a wheel is only started on Linux")
    from tests.postgres import PostgresServer

    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def database(postgres):
    """The URL of a PostgreSQL database in which no hub was yet."""
    return postgres.emptied()
