"""A file is what its bytes say; its name is made harmless."""

import io
import zipfile

import pytest

from ala_desktop.core.media import MEDIA, MOST_NAME, medium_of, safe_name

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def packed(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


KNOWN = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "signed": bytes.fromhex("3080") + bytes.fromhex("06092a864886f70d010702") + bytes(40),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "odt": packed("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "msg": OLE + "__substg1.0_".encode("utf-16-le"),
    "rtf": b"{\\rtf1 testo}",
    "eml": b"From: a@esempio.it\r\nTo: b@esempio.it\r\nSubject: sfratto\r\n\r\nTesto",
    "text": "Nota dell'ufficio: perché sì".encode(),
}


@pytest.mark.parametrize("medium", KNOWN)
def test_what_offices_keep_is_known_by_its_bytes(medium: str):
    assert medium_of(KNOWN[medium]) == medium
    assert medium in MEDIA


REFUSED = {
    "program": b"MZ\x90\x00" + bytes(60),
    "elf": b"\x7fELF" + bytes(60),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><script>alert(1)</script>",
    "batch": b"@echo off\r\ndel *\r\n",
    "macros": packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "open_macros": packed("Basic/Standard/a.xml", mimetype="application/vnd.oasis.opendocument.text"),
    "old_macros": OLE + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"),
    "archive": packed("a.txt"),
    "broken_archive": b"PK\x03\x04" + bytes(30),
    "installer": OLE + "Something".encode("utf-16-le"),
    "bytes": bytes(range(256)),
    "nothing": b"",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_could_harm_or_is_unknown_is_not_kept(content: bytes):
    assert medium_of(content) is None


@pytest.mark.parametrize(
    ("name", "medium", "safe"),
    [
        ("contratto.pdf", "pdf", "contratto.pdf"),
        ("Contratto.PDF", "pdf", "Contratto.pdf"),
        ("fattura.pdf.exe", "pdf", "fattura.pdf.exe.pdf"),
        ("../../etc/passwd", "text", "passwd.txt"),
        ("C:\\Windows\\a.docx", "docx", "a.docx"),
        ("con.txt", "text", "_con.txt"),
        ("LPT1", "pdf", "_LPT1.pdf"),
        ("a\u202efdp.exe", "pdf", "afdp.exe.pdf"),
        ('a<b>:"c|?*.png', "png", "a_b___c___.png"),
        ("  ..  ", "pdf", "allegato.pdf"),
        ("", "jpeg", "allegato.jpg"),
        ("foto.jpeg", "jpeg", "foto.jpeg"),
        ("nota . ", "text", "nota.txt"),
    ],
)
def test_a_name_is_made_harmless_and_says_what_the_file_is(name: str, medium: str, safe: str):
    assert safe_name(name, medium) == safe


def test_a_long_name_keeps_its_end():
    safe = safe_name("à" * 300 + ".pdf", "pdf")

    assert len(safe) == MOST_NAME
    assert safe.endswith("à.pdf")
