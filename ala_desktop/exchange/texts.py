"""Reading a register that is text: encoding, separator, rows with the physical line on which each begins.

Which separator and which row hold the headings is decided by `headings.find`; here only text becomes rows.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange import bounds
from ala_desktop.exchange.escaping import unescape
from ala_desktop.exchange.headings import Place, find

SEPARATORS = {";": "punto e virgola", ",": "virgola", "\t": "tabulazione", "|": "barra verticale"}
ENCODINGS = {"utf-8-sig": "UTF-8 (BOM)", "utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}

UNDECODED = "\ufffd"
"""Stands where a byte of the file was no letter of its encoding."""

_ESCAPED_CELL = re.compile(r"'[=+\-@\t\r]")
_ROWS_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class TextRows:
    """All rows of a text register, those above the headings included.

    Attributes:
        rows: the cells, as written.
        lines: physical line on which each row begins, from 1.
        encoding: a name from `ENCODINGS`. separator: a sign from `SEPARATORS`.
        place: which row holds the headings.
        damaged: some byte was no letter of the encoding.
    """

    rows: list[list[str]]
    lines: list[int]
    encoding: str
    separator: str
    place: Place
    damaged: bool


def read_text(path: Path, head: bytes, known: frozenset[str]) -> TextRows:
    """The rows of a text register.

    `head` is its beginning, `known` the folded headings that the wanted kind has.

    Raises:
        Mendable: binary, no heading known, or a quotation that never closes.
    """
    encoding = _encoding(path, head)
    separator = _separator(path, _decode_head(head, encoding), known)
    try:
        whole = path.read_bytes()
    except OSError as problem:
        raise bounds.unreadable(path, problem) from problem
    if encoding in ("utf-8", "cp1252"):
        text, encoding = _utf8_or_cp1252(whole)
    else:
        text = whole.decode(_codec(whole, encoding), errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise bounds.no_register(path, "contiene dati che non sono testo")
    rows, lines = _rows(path, text, separator)
    place = find(rows[:_ROWS_LOOKED_AT], known)
    if place is None:
        raise bounds.no_register(path, "non si riconosce nessuna delle intestazioni attese")
    if _ESCAPED_CELL.search(text):
        rows = [[unescape(cell) for cell in row] for row in rows]
    return TextRows(rows, lines, encoding, separator, place, UNDECODED in text)


def _encoding(path: Path, head: bytes) -> str:
    """The encoding that the first bytes tell; `utf-8` still means: UTF-8, or else cp1252."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_bare_utf16(head):
        return "utf-16"
    if b"\0" in head:
        raise bounds.no_register(path, "contiene dati che non sono testo")
    return "utf-8"


def _is_bare_utf16(head: bytes) -> bool:
    """Whether every other byte is almost always zero: western text in UTF-16 without its mark."""
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 20 or not sample.count(0):
        return False
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return max(even, odd) > len(sample) * 0.4 and min(even, odd) < len(sample) * 0.02


def _codec(data: bytes, encoding: str) -> str:
    if encoding != "utf-16" or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return encoding
    return "utf-16-be" if data[:200:2].count(0) > data[1:200:2].count(0) else "utf-16-le"


def _decode_head(head: bytes, encoding: str) -> str:
    """The head as text; a letter cut in two at its end does no harm."""
    if encoding == "utf-8" and not _is_utf8(head):
        encoding = "cp1252"
    return head.decode(_codec(head, encoding), errors="replace").removeprefix("\ufeff")


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as problem:
        return problem.start >= len(head) - 3
    return True


def _utf8_or_cp1252(whole: bytes) -> tuple[str, str]:
    try:
        return whole.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return whole.decode("cp1252", errors="replace"), "cp1252"


def _separator(path: Path, head: str, known: frozenset[str]) -> str:
    """The separator with which a row of the head shows the most known headings."""
    best, most = "", 0
    for separator in SEPARATORS:
        try:
            rows = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=separator), _ROWS_LOOKED_AT))
        except csv.Error:
            continue
        place = find(rows, known)
        if place and place.recognised > most:
            best, most = separator, place.recognised
    if not best:
        raise bounds.no_register(path, "non si riconosce nessuna delle intestazioni attese")
    return best


def _rows(path: Path, text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in islice(reader, bounds.MOST_ROWS + 1):
            rows.append(row)
            lines.append(begin)
            if reader.line_num > begin:
                _refuse_swallowed(path, row, separator, begin)
            begin = reader.line_num + 1
    except csv.Error:
        raise _unclosed(path, begin) from None
    if len(rows) > bounds.MOST_ROWS:
        raise bounds.too_many_rows(path)
    if rows and begin - lines[-1] > 1 and _never_closes(text, lines[-1]):
        raise _unclosed(path, lines[-1])
    return rows, lines


def _refuse_swallowed(path: Path, row: list[str], separator: str, line: int) -> None:
    """Raise when a cell holds what were rows: its quotation was never closed where it should have been."""
    for cell in row:
        if ("\n" in cell or "\r" in cell) and any(
            part.count(separator) >= 4 for part in re.split(r"[\r\n]+", cell)[1:]
        ):
            raise _unclosed(path, line)


def _never_closes(text: str, line: int) -> bool:
    """Whether the quotation marks from `line` to the end of `text` are odd in number."""
    tail = "".join(islice(io.StringIO(text, newline=""), line - 1, None))
    return tail.count('"') % 2 == 1


def _unclosed(path: Path, line: int) -> Mendable:
    return Mendable(
        "Virgolette non chiuse nel registro",
        f"{path.name}: alla riga {line} si aprono virgolette che non si chiudono, e le righe seguenti vi finiscono "
        "dentro.",
        "Aprire il file, chiudere o togliere le virgolette di quella riga, salvarlo e riprovare.",
    )
