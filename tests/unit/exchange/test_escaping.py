"""No cell leaves as a formula, and every cell comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.exchange.escaping import escape, is_formula_like, unescape


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+39 333", "-120,00", "@SUM(A1)", "\tx", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(text):
    assert is_formula_like(text)
    assert escape(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Via Roma", "'sera", "A=B", "3 bis", "l'=", "''"])
def test_other_cells_are_left_alone(text):
    assert not is_formula_like(text)
    assert escape(text) == text


@given(st.text(alphabet="'=+-@\t\rab ", max_size=8))
def test_every_text_comes_back_as_it_left(text):
    assert unescape(escape(text)) == text
    assert not is_formula_like(escape(text))
