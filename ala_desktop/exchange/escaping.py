"""Cells that a spreadsheet would run as a formula: disarmed when they leave in a CSV, read back as they were."""

from __future__ import annotations

import re

_TRIGGERS = "=+-@\t\r"
_TO_ESCAPE = re.compile(rf"'*[{re.escape(_TRIGGERS)}]")
_ESCAPED = re.compile(rf"'+[{re.escape(_TRIGGERS)}]")


def escape(text: str) -> str:
    """`text` so that no spreadsheet runs it: an apostrophe goes before a leading `=`, `+`, `-`, `@` or tab.

    A text that already looks escaped gets one apostrophe more, so that `unescape` is its exact reverse.
    """
    return f"'{text}" if _TO_ESCAPE.match(text) else text


def unescape(text: str) -> str:
    """The text that `escape` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet might take `text`, typed into a cell, for a formula."""
    return text[:1] in _TRIGGERS if text else False
