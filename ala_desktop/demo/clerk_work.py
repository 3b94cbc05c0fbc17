"""Step 3 of the day: a clerk's work on the registers. Every figure that is said later is read from the store."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt

from ala_desktop.demo import forms
from ala_desktop.demo.hands import CTRL, button
from ala_desktop.demo.people import FAMILY, TENANT, Invented
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.services.row import Row
from ala_desktop.ui.pages.records import ApplicationsPage, GrantsPage, PeoplePage, UnitsPage
from ala_desktop.ui.panels.member_dialog import MemberDialog
from ala_desktop.ui.panels.members import MembersPanel
from ala_desktop.ui.panels.small_table import SmallTable

CHANGED_UNIT, NEW_UNIT, DELETED_UNIT = "BL0008", "BL0201", "BL0044"


def work(stage: Stage) -> None:
    """Units, a household, applications and requests for grants; something deleted and restored."""
    _change_a_unit(stage)
    _register_a_unit(stage)
    _delete_and_restore(stage)
    _register_a_household(stage)
    _register_a_measure(stage)
    _register_applications(stage)
    stage.go_to(GrantsPage)
    stage.pictures.take("contributi")


def days_ago(stage: Stage, days: int) -> str:
    """A day before today, ISO."""
    return (stage.desk.clock.today() - timedelta(days=days)).isoformat()


def _typed(stage: Stage, days: int) -> str:
    """A day before today as a clerk types it, without separators."""
    year, month, day = days_ago(stage, days).split("-")
    return f"{day}{month}{year}"


def _change_a_unit(stage: Stage) -> None:
    page = stage.go_to(UnitsPage)
    stage.pictures.take("alloggi")
    view = forms.search(stage, page, CHANGED_UNIT)
    forms.fill(
        stage, view, {"rent_cents": "142,50", "notes": "Canone aggiornato; caldaia sostituita.\nChiavi in ufficio."}
    )
    row = forms.save(stage, view)
    if row["code"] != CHANGED_UNIT:
        raise DemoFailed(f"la ricerca di {CHANGED_UNIT} ha aperto {row['code']}")
    forms.leave(stage, page)


def _register_a_unit(stage: Stage) -> None:
    page = stage.page(UnitsPage)
    view = forms.begin(stage, page)
    texts = {
        "code": NEW_UNIT, "address": "Via della Cà Bianca", "street_number": "12 bis", "stair": "A", "floor": "2°",
        "interior": "7", "lift": "Sì", "cadastral_sheet": "9", "cadastral_parcel": "412", "cadastral_subunit": "7",
        "cadastral_rooms": "4,5", "net_area_sqm": "78,40", "designation": "SAT - servizio abitativo transitorio",
        "designation_since": _typed(stage, 200), "occupancy": "Libero", "occupancy_since": _typed(stage, 30),
        "condition": "Idoneo", "condition_since": _typed(stage, 30),
        "availability": "Disponibile, assegnabile senza lavori", "availability_since": _typed(stage, 25),
        "owner_body": "Comune", "rent_cents": "210", "last_inspection": _typed(stage, 26),
    }  # fmt: skip
    forms.fill(stage, view, texts)
    forms.save(stage, view)
    stage.pictures.take("alloggio")
    forms.leave(stage, page)


def _delete_and_restore(stage: Stage) -> None:
    page, hands = stage.page(UnitsPage), stage.hands
    record = forms.search(stage, page, DELETED_UNIT).form.row.id
    hands.click(button(stage.window, "Elimina"))
    hands.until(stage.window.undo.isVisible, "la proposta di ripristinare")
    if not stage.desk.get("housing_unit", record).deleted:
        raise DemoFailed(f"{DELETED_UNIT} non risulta eliminato")
    hands.settle()
    stage.pictures.take("eliminazione")
    hands.key(stage.window, Qt.Key.Key_Z, CTRL)
    hands.until(lambda: not stage.desk.get("housing_unit", record).deleted, "il ripristino della scheda")
    hands.settle()
    forms.leave(stage, page)


def _register_a_household(stage: Stage) -> None:
    page = stage.go_to(PeoplePage)
    stage.pictures.take("nuclei")
    _household(stage, page, FAMILY, {"address": "Via Garibaldi 3/A", "declared_isee_cents": "8.420,15"})
    stage.pictures.take("nucleo")
    _open_person(stage, page)
    stage.pictures.take("persona")
    forms.leave(stage, page)
    forms.to_tab(stage, page, 0)
    _household(stage, page, (TENANT,), {"address": "Vicolo del Pozzo 2"})
    forms.leave(stage, page)


def _household(stage: Stage, page: PeoplePage, people: tuple[Invented, ...], texts: dict[str, str]) -> None:
    view = forms.begin(stage, page)
    forms.fill(stage, view, {"name": people[0].full_name, **texts})
    row = forms.save(stage, view)
    stage.hands.attendant.expect(MemberDialog, lambda dialog: _members(stage, dialog, people))
    stage.hands.click(button(stage.window, "Aggiungi componente"))
    stage.hands.settle()
    found = len(stage.desk.find("household_member", household_id=row.id))
    if found != len(people):
        raise DemoFailed(f"il nucleo ha {found} componenti invece di {len(people)}")


def _members(stage: Stage, dialog: MemberDialog, people: tuple[Invented, ...]) -> None:
    """The codice fiscale first, which fills day, place and sex; then names and relation."""
    hands, boxes = stage.hands, dialog.boxes
    for number, one in enumerate(people, start=1):
        hands.fill(boxes["fiscal_code"], one.fiscal_code)
        if boxes["birth_date"].read() != one.born.isoformat():
            raise DemoFailed(f"il codice fiscale {one.fiscal_code} non ha dato la data di nascita")
        for name, text in (("surname", one.surname), ("name", one.name), ("relation", one.relation)):
            hands.fill(boxes[name], text)
        if number < len(people):
            hands.click(button(dialog, "Aggiungi e continua"))
            hands.until(lambda: boxes["surname"].read() is None, "il componente aggiunto")
        else:
            hands.settle()
            if number > 1:
                stage.pictures.take("componente")
            hands.click(dialog.last)
            hands.until(lambda: not dialog.isVisible(), "l'ultimo componente aggiunto")


def _open_person(stage: Stage, page: PeoplePage) -> None:
    """From the household to one of its people, with a double click."""
    panel = next(panel for panel in forms.open_view(page).panels if isinstance(panel, MembersPanel))
    table = panel.findChild(SmallTable)
    if table is None:
        raise DemoFailed("manca l'elenco dei componenti")
    stage.hands.click_row(table, 0, twice=True)
    stage.hands.settle()
    if forms.open_view(page).form.spec.kind != "person":
        raise DemoFailed("dal nucleo non si apre la persona")


def _register_a_measure(stage: Stage) -> None:
    stage.go_to(GrantsPage)
    page, year = stage.page(GrantsPage), stage.desk.clock.today().year
    view = forms.begin(stage, page, 1)
    texts = {
        "service": "Contributo di solidarietà", "name": "Contributo regionale di solidarietà", "year": str(year),
        "valid_from": f"0101{year}", "valid_until": f"3112{year}", "source": "Delibera di Giunta comunale n. 41",
        "isee_limit_cents": "9.360", "cap_cents": "1.850", "most_months": "10", "payee": "Proprietario (locatore)",
    }  # fmt: skip
    forms.fill(stage, view, texts)
    forms.save(stage, view)
    forms.leave(stage, page)
    forms.to_tab(stage, page, 0)


def _register_applications(stage: Stage) -> None:
    """A home for the family, and a grant for the tenant with its request."""
    year = stage.desk.clock.today().year
    page = stage.go_to(ApplicationsPage)
    stage.pictures.take("domande")
    _application(
        stage, page, FAMILY[0],
        {"protocol": f"4117/{year}", "submitted_on": _typed(stage, 40), "service": "SAT", "isee_cents": "8420,15",
         "notes": "Sfratto esecutivo per fine locazione; seguita dal servizio sociale."},
    )  # fmt: skip
    stage.pictures.take("domanda")
    forms.leave(stage, page)
    asked = _application(
        stage, page, TENANT,
        {"protocol": f"4231/{year}", "submitted_on": _typed(stage, 33), "service": "Contributo di solidarietà",
         "isee_cents": "6.930,00"},
    )  # fmt: skip
    forms.leave(stage, page)
    _request(stage, asked)


def _application(stage: Stage, page: ApplicationsPage, who: Invented, texts: dict[str, str]) -> Row:
    """The applicant's codice fiscale alone links the application to person and household."""
    view = forms.begin(stage, page)
    forms.fill(stage, view, {"applicant_fiscal_code": who.fiscal_code, **texts})
    row = forms.save(stage, view)
    if not (row["person_id"] and row["household_id"] and row["applicant"] == who.full_name):
        raise DemoFailed(f"il codice fiscale non ha collegato la domanda di {who.full_name}")
    return row


def _request(stage: Stage, asked: Row) -> None:
    page = stage.go_to(GrantsPage)
    view = forms.begin(stage, page)
    texts = {
        "type": "Contributo", "year": str(stage.desk.clock.today().year), "service": "Contributo di solidarietà",
        "started_on": _typed(stage, 33), "measure_id": "solidarietà", "application_id": asked.text("protocol"),
        "beneficiary_fiscal_code": TENANT.fiscal_code, "landlord": "ALER Pavia-Lodi", "outcome": "In istruttoria",
    }  # fmt: skip
    forms.fill(stage, view, texts)
    forms.save(stage, view)
    stage.pictures.take("contributo")
    forms.leave(stage, page)
