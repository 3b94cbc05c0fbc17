from ala_desktop.core.text import alphabetical, searchable
from ala_desktop.services import lists
from ala_desktop.services.listing import Listing, Wanted
from ala_desktop.sync.capture import Change
from tests import factory


def ids(listing, **wanted):
    return [line.id for line in listing.page(listing.rows(Wanted(**wanted)))]


def cells(listing, shown, **wanted):
    place = [c.name for c in listing.spec.columns].index(shown)
    return [line.cells[place] for line in listing.page(listing.rows(Wanted(**wanted)))]


def household(desk, name, *people):
    home = desk.new_id()
    changes = [Change("household", home, {"name": name})]
    for surname, given in people:
        person = desk.new_id()
        changes += [
            Change("person", person, {"surname": surname, "name": given}),
            Change("household_member", desk.new_id(), {"household_id": home, "person_id": person}),
        ]
    desk.save(changes)
    return home


def test_every_list_can_be_read_sorted_by_each_column_and_searched(desk):
    for spec in lists.ALL:
        listing = Listing(desk, spec)
        for column in range(len(spec.columns)):
            assert list(listing.rows(Wanted(column=column, descending=True))) == []
        assert list(listing.rows(Wanted("rossi"))) == []
        assert len(listing.headings) == len(spec.columns)


def test_a_list_opens_in_the_order_of_its_index_without_the_deleted(desk):
    second, first = factory.unit(desk, "B2"), factory.unit(desk, "A1")
    gone = factory.unit(desk, "C3")
    desk.save([Change("housing_unit", gone, {"_deleted": 1}, desk.position())])
    assert ids(Listing(desk, lists.UNITS)) == [first, second]


def test_cells_are_texts_as_a_person_reads_them(desk):
    factory.unit(desk, "A1", floor="3", net_area_sqm=7906, rent_cents=12350, occupancy="in_rilascio")
    [line] = (listing := Listing(desk, lists.UNITS)).page(listing.rows(Wanted()))
    assert line.cells[3:6] == ("3", "", "79,06")
    assert "In corso di rilascio" in line.cells
    assert "123,50 €" in line.cells


def test_search_ignores_case_accents_and_signs_and_needs_every_word(desk):
    wanted = factory.unit(desk, "BL-12/3", address="Piazza della Libertà", street_number="3 bis")
    factory.unit(desk, "BL-99", address="Via Đorđević")
    listing = Listing(desk, lists.UNITS)
    for text in ("liberta", "LIBERTÀ", "bl12", "bl-12/3", "piazza 3", "erta", "3 piazza"):
        assert ids(listing, text=text) == [wanted], text
    assert len(ids(listing, text="dordevic")) == 1
    assert ids(listing, text="piazza dordevic") == []


def test_search_sees_a_change_a_new_row_and_a_deletion_that_it_was_told_of(desk):
    listing = Listing(desk, lists.UNITS)
    desk.listen(listing.note)
    one = factory.unit(desk, "A1", address="Via Roma")
    assert ids(listing, text="roma") == [one]
    desk.save([Change("housing_unit", one, {"address": "Via Milano"}, desk.position())])
    assert ids(listing, text="roma") == []
    assert ids(listing, text="milano") == [one]
    two = factory.unit(desk, "A2", address="Via Milano")
    assert ids(listing, text="milano") == [one, two]
    desk.save([Change("housing_unit", one, {"_deleted": 1}, desk.position())])
    assert ids(listing, text="milano") == [two]


def test_search_covers_rows_beyond_one_block(desk):
    transactions = (
        [Change("housing_unit", desk.new_id(), {"code": f"A{i:05}", "address": f"Via {i}"})] for i in range(1300)
    )
    desk.save_each(transactions, group="prova")
    listing = Listing(desk, lists.UNITS)
    listing.warm()
    assert len(listing.rows(Wanted("via"))) == 1300
    assert cells(listing, "code", text="a01299") == ["A01299"]


def test_rows_written_after_the_text_was_read_do_not_upset_the_search(desk):
    listing = Listing(desk, lists.UNITS)
    factory.unit(desk, "A1")
    listing.warm()
    desk.save_each(([Change("housing_unit", desk.new_id(), {"code": f"N{i}"})] for i in range(700)), group="never told")
    assert cells(listing, "code", text="a1") == ["A1"]


def test_a_household_is_found_by_the_name_of_a_member_also_after_the_name_changed(desk):
    listing = Listing(desk, lists.HOUSEHOLDS)
    desk.listen(listing.note)
    home = household(desk, "Bianchi Anna", ("Bianchi", "Anna"), ("Şahin", "Emre"))
    household(desk, "Verdi Luca", ("Verdi", "Luca"))
    assert ids(listing, text="sahin emre") == [home]
    assert cells(listing, "size", text="sahin") == ["2"]
    [person] = desk.find("person", name="Emre")
    desk.save([Change("person", person.id, {"surname": "Öztürk"}, person.position)])
    assert ids(listing, text="sahin") == []
    assert ids(listing, text="ozturk") == [home]


def test_sorting_by_a_column_puts_empty_cells_last_and_floors_in_their_order(desk):
    for code, floor in (("A", None), ("B", "2"), ("C", "T"), ("D", "S1"), ("E", "10"), ("F", "M")):
        factory.unit(desk, code, floor=floor)
    listing = Listing(desk, lists.UNITS)
    assert cells(listing, "floor", column=3) == ["S1", "T", "M", "2", "10", ""]
    assert cells(listing, "floor", column=3, descending=True) == ["10", "2", "M", "T", "S1", ""]


def test_street_numbers_sort_as_numbers(desk):
    for number in ("10", "9", "9 bis"):
        factory.unit(desk, f"N{number}", street_number=number)
    assert cells(Listing(desk, lists.UNITS), "street_number", column=2) == ["9", "9 bis", "10"]


def test_a_list_narrows_to_one_value_of_its_field(desk):
    factory.unit(desk, "A", occupancy="libero")
    free = factory.unit(desk, "B", occupancy="assegnato")
    listing = Listing(desk, lists.UNITS)
    assert listing.choices["assegnato"] == "Assegnato"
    assert ids(listing, only="assegnato") == [free]
    assert ids(listing, only="assegnato", text="via roma") == [free]


def test_a_row_that_is_gone_is_an_absent_line(desk):
    assert Listing(desk, lists.UNITS).page([77])[0].id == ""


def test_the_copied_table_has_headings_and_nothing_that_runs_as_a_formula(desk):
    factory.unit(desk, "A1", address="=HYPERLINK(1)")
    listing = Listing(desk, lists.UNITS)
    head, row = listing.as_table(listing.rows(Wanted())).split("\n")
    assert head.split("\t")[:2] == ["Codice", "Indirizzo"]
    assert row.split("\t")[1] == "'=HYPERLINK(1)"


def test_folding_keeps_lines_and_drops_signs():
    assert searchable("Città d'Œuvre_1\nŁódź") == "citta doeuvre1\nlodz"


def test_people_stand_in_the_order_of_the_alphabet_at_opening_and_sorted(desk):
    surnames = ["Zeni", "Łucki", "Luzzi", "de Luca", "D'Angelo", "Dani", "Đorđević", "Luca"]
    for surname in surnames:
        desk.save([Change("person", desk.new_id(), {"surname": surname})])
    expected = ["D'Angelo", "Dani", "de Luca", "Đorđević", "Luca", "Łucki", "Luzzi", "Zeni"]
    listing = Listing(desk, lists.PEOPLE)
    assert sorted(surnames, key=alphabetical) == expected
    assert cells(listing, "surname") == expected
    assert cells(listing, "surname", column=0) == expected
    assert cells(listing, "surname", column=0, descending=True) == expected[::-1]
