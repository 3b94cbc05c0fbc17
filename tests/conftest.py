"""What every test needs before Qt is imported: no display. And a PostgreSQL for those that ask for one."""

import os
import sys

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


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
