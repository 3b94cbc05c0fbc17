"""Editors: one small widget per family of field kinds, chosen by `editors.choose`."""
