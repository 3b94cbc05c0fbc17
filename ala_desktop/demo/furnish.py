"""The office of the windowed demonstration, prepared through the services: what the day without a display plays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ala_desktop.core.resources import resource
from ala_desktop.demo.agenda_words import FIRST_CASES, REMARKS
from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.people import BELFIORE, CLERK, COMMISSION, COMUNE, FAMILY, PASSPHRASE, SITTERS, TENANT, Invented
from ala_desktop.demo.second_pc import SecondPc
from ala_desktop.fields.values import Value, show_date
from ala_desktop.services.desk import Desk
from ala_desktop.services.forms import Forms
from ala_desktop.services.households import Households
from ala_desktop.services.office import NewOffice
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.agenda import Agenda
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.wiring import exchange_of, open_office

REGISTERS = (
    ("housing_unit", "alloggi.csv"),
    ("household", "nuclei.csv"),
    ("housing_application", "domande.xlsx"),
    ("intervention", "contributi.csv"),
)
_DISPUTED = "BL0008"
_ROLES = {"Presidente": "presidente", "Componente": "componente", "Segretario verbalizzante": "segretario"}


def furnish(folder: Path, hub: HubChild, say: Callable[[str], object]) -> Desk:
    """Prepare the office in `folder/ufficio`, enrolled, with a sitting for today; returns it open.

    Raises:
        Mendable: the folder or the disk cannot be used, the hub is away.
    """
    say("L'ufficio si prepara…")
    desk, _ = open_office(folder / "ufficio").set_up(NewOffice(BELFIORE, COMUNE, CLERK), PASSPHRASE)
    try:
        importing = Importing(desk)
        for kind, file in REGISTERS:
            say(f"Si importa {file}…")
            importing.run(importing.preview(kind, resource(f"demo/{file}")))
        say("Si registrano i nuclei e le domande…")
        _cases(desk)
        _sitting(desk)
        say("Il PC si collega ad ALA…")
        exchange_of(desk).enrol(hub.url, hub.invite(BELFIORE), "Ufficio")
        exchange_of(desk).round()
        _discord(desk, folder / "secondo-pc", hub)
    except BaseException:
        desk.close()
        raise
    return desk


def _cases(desk: Desk) -> None:
    """A family that asks for a home, and a tenant who asks for a grant."""
    forms, today = Forms(desk), desk.clock.today()
    family = _household(desk, FAMILY, {"address": "Via Garibaldi 3/A", "declared_isee_cents": 842_015})
    tenant = _household(desk, (TENANT,), {"address": "Vicolo del Pozzo 2"})
    asked = {
        FAMILY[0]: (family, {"protocol": f"4117/{today.year}", "service": "SAT", "isee_cents": 842_015}, 40),
        TENANT: (tenant, {"protocol": f"4231/{today.year}", "service": "contributo_solidarieta"}, 33),
    }
    for who, (household, values, days) in asked.items():
        day = (today - timedelta(days=days)).isoformat()
        put: dict[str, Value] = {
            "applicant": who.full_name, "applicant_fiscal_code": who.fiscal_code, "household_id": household.id,
            "submitted_on": day, **values,
        }  # fmt: skip
        put |= forms.fill("housing_application", put)
        application = forms.save(forms.blank("housing_application"), put)
    request: dict[str, Value] = {
        "type": "contributo", "year": today.year, "service": "contributo_solidarieta", "started_on": day,
        "application_id": application.id, "beneficiary_fiscal_code": TENANT.fiscal_code, "outcome": "in_istruttoria",
    }  # fmt: skip
    forms.save(forms.blank("intervention"), request | forms.fill("intervention", request))


def _household(desk: Desk, people: tuple[Invented, ...], values: dict[str, Value]) -> Row:
    forms, households = Forms(desk), Households(desk)
    home = forms.save(forms.blank("household"), {"name": people[0].full_name, **values})
    for one in people:
        put: dict[str, Value] = {"surname": one.surname, "name": one.name, "fiscal_code": one.fiscal_code}
        households.add(home.id, put | forms.fill("person", put), one.relation)
    return home


def _sitting(desk: Desk) -> None:
    """A commission with its members, and a sitting of today with eight cases on its agenda."""
    today, commissions, sittings, agenda = desk.clock.today(), Commissions(desk), Sittings(desk), Agenda(desk)
    body = commissions.create({"name": COMMISSION, "body": "commissione_casa", "quorum": 3, "place": "Sala consiliare"})
    for sitter in SITTERS:
        member = {"full_name": sitter.name, "role": _ROLES[sitter.role], "position": sitter.position}
        commissions.add_member(body.id, member)
    called = f"Prot. 5120 del {show_date((today - timedelta(days=10)).isoformat())}"
    sitting = sittings.open(body.id, today.isoformat(), convocation=called, remarks=REMARKS)
    waiting = agenda.waiting()
    known = {FAMILY[0].full_name, TENANT.full_name}
    agenda.build(sitting.id, [one.id for one in waiting[:FIRST_CASES]] + [w.id for w in waiting if w.who in known])
    agenda.add(sitting.id, "Varie ed eventuali", "varie")


def _discord(desk: Desk, folder: Path, hub: HubChild) -> None:
    """Another PC of the comune has written the same address: one discordant value waits for the clerk."""
    second = SecondPc(folder, hub)
    try:
        second.exchange()
        second.write(second.the_unit(_DISPUTED), address="Via Roma angolo Via Verdi")
        second.exchange()
    finally:
        second.close()
    [unit] = desk.find("housing_unit", code=_DISPUTED)
    desk.save([unit.change({"address": "Via Roma, cortile interno"})])
    exchange_of(desk).round()
