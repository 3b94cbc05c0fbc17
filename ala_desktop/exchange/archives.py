"""Spreadsheet files looked at before the reader opens them: what they unpack to, and how large their sheets are.

The reader keeps the whole rectangle of a sheet in memory: two cells at opposite corners would take hundreds of
gigabytes and end the program. Imported by `sheets` only.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange import bounds

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
_CELL_SIZE = 32
_MOST_PARTS = 2_000
_MOST_MEMORY = 2 * 1024**3
# Cell references as XLSX writes them; columns of three letters lie beyond ZZ, the 702nd.
_FAR_RIGHT = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{3,}\d""")
_FAR_DOWN = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,2}\d{6}""")
_TWO_LETTERS = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{2}\d""")
_FIVE_DIGITS = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,2}\d{5}""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,2})(\d{1,7})["']""")
_SHARED_USE = re.compile(rb"""\bt\s*=\s*["']s["']""")
_LONG_TEXT = re.compile(rb">[^<]{2000,}<")


def inspect(path: Path) -> str:
    """Which sheet format a zip file is, `XLSX` or `ODS`, having made sure that it can be opened.

    Raises:
        Mendable: damaged, neither of the two, or it would fill the memory.
    """
    try:
        if path.stat().st_size > bounds.MOST_SHEET_BYTES:
            raise bounds.too_large(path, path.stat().st_size)
        with zipfile.ZipFile(path) as archive:
            return _inspect(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, expat.ExpatError):
        raise bounds.no_register(path, "il file è danneggiato o incompleto") from None
    except OSError as problem:
        raise bounds.unreadable(path, problem) from problem


def _inspect(path: Path, archive: zipfile.ZipFile) -> str:
    parts = {part.filename: part for part in archive.infolist()}
    unpacked = sum(part.file_size for part in parts.values())
    if unpacked > bounds.MOST_UNPACKED_BYTES or len(archive.infolist()) > _MOST_PARTS:
        raise bounds.too_large(path, unpacked)
    if "xl/workbook.xml" in parts:
        sheets = [archive.read(name) for name in parts if _SHEET.match(name)]
        shared = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts else b""
        _bound_sheets(path, sheets, shared)
        return "XLSX"
    if "content.xml" in parts:
        _Extent(path).measure(archive.read("content.xml"))
        return "ODS"
    raise bounds.no_register(path, "è un archivio, ma non un foglio di calcolo")


def _bound_sheets(path: Path, sheets: list[bytes], shared: bytes) -> None:
    longest = max((len(text) for text in _LONG_TEXT.findall(shared)), default=0)
    for sheet in sheets:
        if _FAR_RIGHT.search(sheet):
            raise _too_wide(path)
        # Only a sheet that is both tall and wide, or very tall, needs its extent counted.
        if (_FAR_DOWN.search(sheet) or (_TWO_LETTERS.search(sheet) and _FIVE_DIGITS.search(sheet))) and (
            _extent(sheet) > bounds.MOST_CELLS
        ):
            raise _too_wide(path)
        if longest and longest * len(_SHARED_USE.findall(sheet)) > _MOST_MEMORY:
            raise _too_wide(path)


def _extent(sheet: bytes) -> int:
    """Cells of the rectangle from A1 to the farthest reference."""
    rows, columns = 1, 1
    for letters, digits in _REFERENCE.findall(sheet):
        rows = max(rows, int(digits))
        if letters:
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - 64
            columns = max(columns, column)
    return rows * columns


class _Extent:
    """Adds up what the tables of an ODS come to once repeated rows and cells are written out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._memory = 0
        self._repeat = 1
        self._waiting = 0
        self._column = 0
        self._last = 0
        self._text = 0
        self._cell_repeat = 1

    def measure(self, content: bytes) -> None:
        """Raise `Mendable` as soon as the sum passes the limit."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.Parse(content, True)  # noqa: FBT003 - pyexpat takes no keywords

    def _refuse_doctype(self, *_: object) -> None:
        raise bounds.no_register(self._path, "il file è danneggiato o incompleto")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "table":
            self._waiting = 0
        elif tag == "table-row":
            self._repeat = _repeated(attributes, "number-rows-repeated")
            self._column, self._last, self._text = 0, 0, 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell_repeat = _repeated(attributes, "number-columns-repeated")
            self._column += self._cell_repeat
            if any(key.endswith(("value-type", "formula")) for key in attributes):
                self._last = self._column

    def _characters(self, text: str) -> None:
        self._text += len(text) * self._cell_repeat

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] != "table-row":
            return
        if not self._last:
            # Empty rows count only when something follows them.
            self._waiting += self._repeat
            return
        self._memory += self._repeat * (self._last * _CELL_SIZE + self._text) + self._waiting * _CELL_SIZE
        self._waiting = 0
        if self._memory > bounds.MOST_CELLS * _CELL_SIZE:
            raise _too_wide(self._path)


def _repeated(attributes: dict[str, str], wanted: str) -> int:
    for key, value in attributes.items():
        if key.endswith(wanted):
            return max(1, int(value)) if value.isascii() and value.isdigit() else 1
    return 1


def _too_wide(path: Path) -> Mendable:
    return Mendable(
        "Il foglio di calcolo è troppo esteso",
        f"{path.name} occupa milioni di celle, anche se molte sono vuote.",
        "Copiare le sole righe e colonne del registro in un foglio nuovo, salvarlo e importare quello.",
    )
