"""How text is cleaned before it is stored and folded before it is compared."""

from __future__ import annotations

import re
import unicodedata

# Control characters, bidirectional overrides, zero-width signs, byte-order mark, lone surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
# ASCII, the letters of western Europe and the euro sign: always in normal form, none of them forbidden.
_PLAIN = re.compile("[ -~\xa1-\xac\xae-\xff\u20ac]*\\Z")


def clean(text: str) -> str:
    """One line of text as it is stored: NFC, no control or bidi characters, single spaces, trimmed."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if " " in text else text
    if not _PLAIN.match(text):
        text = _FORBIDDEN.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Several lines of text as they are stored: as `clean`, but line ends are kept (as `\\n`)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _FORBIDDEN.sub("", unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def is_clean(text: str) -> bool:
    """Whether `text` is in normal form already and free of forbidden characters (line ends allowed)."""
    if text.isascii():
        return not _FORBIDDEN.search(text)
    return unicodedata.is_normalized("NFC", text) and not _FORBIDDEN.search(text)


def fold(text: str) -> str:
    """`text` without case, accents, punctuation and doubled spaces, for comparing and searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())
