"""Natural keys are the same in Python and in the SQL of their indexes, whatever stands in the fields."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from ala_desktop.core.text import clean
from ala_desktop.models.catalog import build
from ala_desktop.models.engine import Store
from ala_desktop.models.natural_keys import condition, expression
from ala_desktop.rules.duplicates import KINDS, SIGNS
from tests.factory import desk

CATALOG = build()
_TEXTS = st.one_of(
    st.sampled_from(["", "0", "007", "12 bis", "a/1", "RSSMRA80A41E64UR", "rss mra80a41e648u", "èÈß", "n.d."]),
    st.text(alphabet="aLmNpQ0123 /-è", max_size=18),
    st.from_regex(r"\A[A-Za-z0-9LMNPQRSTUV]{16}\Z"),
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    store = Store(tmp_path_factory.mktemp("keys") / "archivio.db", bytes(32))
    with store.reading() as connection:
        yield connection
    store.close()


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign.kind}-{sign.name}")
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_key_is_the_same_in_sql(connection, sign, data):
    values = {}
    for name in sign.fields:
        whole = CATALOG[sign.kind].fields[name].kind.stored is int
        values[name] = data.draw(st.none() | (st.integers(0, 10**9) if whole else _TEXTS.map(clean))) or None
    columns = ", ".join(f"? AS {name}" for name in values)
    query = f"SELECT {expression(sign)} FROM (SELECT {columns})"
    told = connection.exec_driver_sql(query, tuple(values.values())).scalar()
    key = sign.key(values)
    assert key == told or (key is None and told and "" in told.split("|"))  # SQL does not mind an empty part


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign.kind}-{sign.name}")
def test_a_key_is_looked_up_in_an_index(tmp_path, sign):
    opened = desk(tmp_path / "ufficio")
    with opened.reading() as connection:
        query = f"SELECT id FROM {sign.kind} WHERE {condition(sign)} AND {expression(sign)} = ?"
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("x",)).all())
        group = f"SELECT {expression(sign)} FROM {sign.kind} WHERE {condition(sign)} GROUP BY 1 HAVING count(*) > 1"
        whole = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {group}").all())
    opened.close()
    assert "SEARCH" in plan
    assert "USING INDEX" in plan
    assert "USING INDEX" in whole
    assert "TEMP B-TREE" not in whole


def test_every_kind_that_may_be_linked_is_one_of_the_catalog():
    assert set(KINDS) <= CATALOG.keys()
