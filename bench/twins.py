"""Looking for possible duplicates of what stands in a form, among `size.units` housing units.

Beside it, plain sqlite3 on an unencrypted file with the same rows and an index looks one of the keys up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ala_desktop.services.desk import Desk
from ala_desktop.services.duplicates import Duplicates
from bench import office, raw
from bench.figures import Figure, Size, quantile

_KIND = "housing_unit"
_PLAIN = "plain sqlite3, one key"
_AIM_MS = 50.0
_ASKED = 400
"""Forms that are looked at."""
_HOME = ("cadastral_sheet", "cadastral_parcel", "cadastral_subunit")


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """What a form asks while somebody types, and the whole list of possible duplicates."""
    desk = office.new_desk(folder / "office")
    desk.save_each(office.units(size.units), group="sample")
    plain = raw.connect(folder / "plain.db")
    with desk.reading() as connection:
        create, rows = raw.finished(connection, _KIND)
    plain.execute(create)
    raw.insert(plain, _KIND, rows)
    plain.execute(f"CREATE INDEX by_home ON {_KIND} ({', '.join(_HOME)})")
    duplicates, query = Duplicates(desk), f"SELECT id FROM {_KIND} WHERE {' AND '.join(f'{n} = ?' for n in _HOME)}"
    ours, theirs = list[float](), list[float]()
    for values in _forms(desk):
        start = time.perf_counter()
        plain.execute(query, [values[name] for name in _HOME]).fetchall()
        between = time.perf_counter()
        duplicates.of(_KIND, "0" * 32, values)
        theirs.append(between - start)
        ours.append(time.perf_counter() - between)
    for share in (0.5, 0.95):
        mine, base = (quantile(taken, share) * 1_000 for taken in (ours, theirs))
        aim = _AIM_MS if share == 0.95 else None
        yield Figure(f"twins.p{round(share * 100)}", mine, "ms", base, _PLAIN, aim_value=aim)
    start = time.perf_counter()
    duplicates.counts()
    yield Figure("twins.count", time.perf_counter() - start, "s")
    plain.close()
    desk.close()


def _forms(desk: Desk) -> Iterator[dict[str, str | int | None]]:
    """Values of stored units, all over the list: each finds its twin."""
    with desk.reading() as connection:
        ids = list(connection.exec_driver_sql(f"SELECT id FROM {_KIND} ORDER BY code").scalars())
    step = max(len(ids) // _ASKED, 1)
    for row in desk.many(_KIND, ids[::step]):
        yield dict(row.values)
