"""What a file is, told by its bytes and never by its name; and a name that is safe on every disk."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

from ala_desktop.core.text import clean


class Medium(NamedTuple):
    """A kind of file that may be attached: what a person calls it, and the ends that its name may have, best first."""

    label: str
    ends: tuple[str, ...]


MEDIA = {
    "pdf": Medium("PDF", (".pdf",)),
    "signed": Medium("Documento firmato (p7m)", (".p7m",)),
    "jpeg": Medium("Immagine JPEG", (".jpg", ".jpeg")),
    "png": Medium("Immagine PNG", (".png",)),
    "tiff": Medium("Immagine TIFF", (".tif", ".tiff")),
    "gif": Medium("Immagine GIF", (".gif",)),
    "docx": Medium("Documento Word", (".docx",)),
    "xlsx": Medium("Foglio Excel", (".xlsx",)),
    "pptx": Medium("Presentazione PowerPoint", (".pptx",)),
    "odt": Medium("Documento OpenDocument", (".odt",)),
    "ods": Medium("Foglio OpenDocument", (".ods",)),
    "odp": Medium("Presentazione OpenDocument", (".odp",)),
    "doc": Medium("Documento Word 97-2003", (".doc",)),
    "xls": Medium("Foglio Excel 97-2003", (".xls",)),
    "rtf": Medium("Documento RTF", (".rtf",)),
    "eml": Medium("Messaggio di posta", (".eml",)),
    "msg": Medium("Messaggio di posta Outlook", (".msg",)),
    "text": Medium("Testo", (".txt", ".csv")),
}
"""By the identifier that a record keeps."""
_STARTS = (
    (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"),
    (b"GIF87a", "gif"), (b"GIF89a", "gif"), (b"{\\rtf", "rtf"),
)  # fmt: skip
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_SIGNED = bytes.fromhex("06092a864886f70d010702")
"""The object that every PKCS #7 envelope with a signature begins with."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAMS = (("__substg1.0_", "msg"), ("WordDocument", "doc"), ("Workbook", "xls"))
_MACROS = ("_VBA_PROJECT", "VBA")
_HEADS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}")
_LETTER = re.compile(rb"^(?:from|date|received|message-id|subject):", re.IGNORECASE | re.MULTILINE)
_PROGRAM = re.compile(rb"\s*(?:#!|<\?php|<script|<!doctype html|<html|@echo)", re.IGNORECASE)
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_DANGEROUS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
MOST_NAME = 120
"""Letters of a name."""


def medium_of(content: bytes) -> str | None:
    """Which of `MEDIA` the content is; None for anything else, programs and documents with macros among them."""
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if b"%PDF-" in content[:1_024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if content.startswith(_OLE):
        return _ole(content)
    if content[:1] == b"\x30" and _SIGNED in content[:64]:
        return "signed"
    return _letter_or_text(content)


def _packed(content: bytes) -> str | None:
    """Which office document a ZIP is; one with macros is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) or "/basic/" in f"/{name.lower()}"
                   for name in names):  # fmt: skip
                return None
            if "[Content_Types].xml" in names:
                return next(
                    (found for start, found in _OFFICE.items() if any(n.startswith(start) for n in names)), None
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                told = archive.read("mimetype").decode("ascii", "replace")
                return _OPEN.get(told.removeprefix("application/vnd.oasis.opendocument."))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return None
    return None


def _ole(content: bytes) -> str | None:
    if any(name.encode("utf-16-le") in content for name in _MACROS):
        return None
    return next((found for name, found in _STREAMS if name.encode("utf-16-le") in content), None)


def _letter_or_text(content: bytes) -> str | None:
    start = content[:4_096]
    if not content or _PROGRAM.match(start.removeprefix(b"\xef\xbb\xbf")):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if _UNPRINTED.search(text) or "\ufffd" in text:
        return None
    return "eml" if _HEADS.match(start) and _LETTER.search(start) else "text"


def safe_name(name: str, medium: str) -> str:
    """A name that no disk and no reader can misunderstand: no path, no sign that is special, the end of its kind."""
    bare = clean(re.split(r"[/\\]", name)[-1])
    bare = clean(_DANGEROUS.sub("_", bare)).strip(" .")
    ends = MEDIA[medium].ends
    end = next((one for one in ends if bare.lower().endswith(one)), ends[0])
    stem = bare[: -len(end)] if bare.lower().endswith(end) else bare
    stem = stem.strip(" .")[: MOST_NAME - len(end)].strip(" .") or "allegato"
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}{end}"[-MOST_NAME:]
