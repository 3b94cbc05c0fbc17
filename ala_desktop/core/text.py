"""How text is cleaned before it is stored and folded before it is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Control characters, bidirectional overrides, zero-width signs, byte-order mark, lone surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_SIGNS = re.compile(r"[^\w\s]|_")
# Letters of Latin alphabets that Unicode does not take apart into a plain letter and a mark.
_LETTERS = {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h"}
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


def searchable(text: str) -> str:
    """`text` without case, accents and punctuation: what a clerk types on an Italian keyboard finds `Đorđević`.

    Signs vanish rather than become spaces: `BL-12/3` is found by `bl123` as by `bl-12/3`. Line ends are kept.
    """
    return _SIGNS.sub("", _plain_letters(text))


def alphabetical(text: str) -> str:
    """What names are sorted by, so that they stand as in a register: `D'Angelo` with `Dangelo`, `Łucja` after `Luca`.

    Neither case nor accents nor apostrophes count; word by word, so that `De Luca` comes before `Deandrea`.
    """
    return _plain_letters(text).replace("'", "").replace("\u2019", "")


def _plain_letters(text: str) -> str:
    """`text` in small letters without marks."""
    folded = text.casefold()
    if not folded.isascii():
        # A block of rows has few letters that are not plain: replacing each is twenty times faster than going along.
        for letter in set(folded):
            if not letter.isascii() and (plain := _plain(letter)) != letter:
                folded = folded.replace(letter, plain)
    return folded


@lru_cache(maxsize=4_096)
def _plain(letter: str) -> str:
    """A letter without its marks; empty for a mark that stands by itself."""
    decomposed = unicodedata.normalize("NFKD", letter)
    return "".join(_LETTERS.get(c, c) for c in decomposed if not unicodedata.combining(c))
