"""Which record stands for which, from what people said of pairs: the same on every PC, in whatever order it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import NamedTuple

SAME, APART = "stesso", "diverso"
"""Verdicts on a pair: one thing registered twice; two things."""


class Verdict(NamedTuple):
    """What somebody said of two records.

    Attributes:
        first, second: their ids, in the order of `pair`.
        verdict: SAME or APART.
        kept: of a SAME pair, the one that stands for both.
    """

    first: str
    second: str
    verdict: str
    kept: str | None = None


def pair(one: str, other: str) -> tuple[str, str]:
    """Two ids in their one order."""
    return (one, other) if one < other else (other, one)


def pair_id(kind: str, one: str, other: str) -> str:
    """The id of the record that keeps the verdict on a pair: the same on every PC, so that verdicts meet in its cells.

    Its first twelve digits are those of the later record, as if it had been minted then: ids grow with time.
    """
    first, second = pair(one, other)
    digest = hashlib.sha256(f"{kind}|{first}|{second}".encode()).hexdigest()
    return second[:12] + digest[: 32 - 12]


def stand_for(verdicts: Iterable[Verdict], living: Collection[str]) -> dict[str, str]:
    """By id of each record that another one stands for, that other one; its values are nobody's keys.

    Links join records to groups. One that would join two records of which somebody said that they are two waits, and
    the pair is asked about again. Of a group stands the record that no link puts behind another living one: of several,
    or of none where links go round in a circle, the first by id. A deleted record stands for none that is not.
    """
    told = sorted(verdicts, key=lambda verdict: (*verdict[:3], verdict.kept or ""))
    links = [verdict for verdict in told if verdict.verdict == SAME]
    groups = _groups(links, [verdict for verdict in told if verdict.verdict == APART])
    found: dict[str, str] = {}
    for group in {id(group): group for group in groups.values()}.values():
        kept = _standing(group, links, living)
        found.update((record, kept) for record in group if record != kept)
    return found


def _groups(links: Iterable[Verdict], apart: Iterable[Verdict]) -> dict[str, set[str]]:
    """By record, everything that is linked with it, itself included."""
    foes: dict[str, set[str]] = {}
    for verdict in apart:
        foes.setdefault(verdict.first, set()).add(verdict.second)
        foes.setdefault(verdict.second, set()).add(verdict.first)
    groups: dict[str, set[str]] = {}
    for link in links:
        one, other = (groups.get(end, {end}) for end in link[:2])
        if one is other or any(foes.get(record, set()) & other for record in one):
            continue
        joined = one | other
        groups.update(dict.fromkeys(joined, joined))
    return groups


def _standing(group: set[str], links: Iterable[Verdict], living: Collection[str]) -> str:
    candidates = {record for record in group if record in living} or group
    behind: set[str] = set()
    for link in links:
        if link.first in candidates and link.second in candidates:
            behind.add(link.second if link.kept == link.first else link.first)
    return min(candidates - behind or candidates)
