"""How names are ordered."""

from ala_desktop.core.text import alphabetical


def test_names_stand_in_the_order_of_the_alphabet_whatever_their_letters():
    names = ["Zeta", "Łucja", "Nives", "Đorđević", "de Luca", "D'Angelo", "Dani", "Àbaco", "De Santis", "Deandrea"]
    assert sorted(names, key=alphabetical) == [
        "Àbaco", "D'Angelo", "Dani", "de Luca", "De Santis", "Deandrea", "Đorđević", "Łucja", "Nives", "Zeta",
    ]  # fmt: skip


def test_the_two_apostrophes_are_alike():
    assert alphabetical("D\u2019Angelo") == alphabetical("D'ANGELO") == "dangelo"
