"""The office itself: its comune and the people who work there."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, Text, YesNo
from ala_desktop.models.record import Record, column, living_index

ROLES = {
    "operatore": "Operatore",
    "assistente_sociale": "Assistente sociale",
    "segretario": "Segretario di commissione",
    "operatore_ala": "Operatore ALA",
    "amministratore": "Amministratore",
}


class Comune(Record):
    """The comune whose cases these are. Its id comes from the cadastral code, so that two PCs write one record."""

    kind = "comune"
    indexes = (living_index("comune", "name"),)
    label, plural, title = "Comune", "Comuni", ("name",)

    belfiore = column(Text(4), "Codice catastale", required=True)
    istat = column(Text(6), "Codice ISTAT")
    name = column(Text(80), "Nome", required=True, searched=True)
    office_address = column(Text(), "Indirizzo dell'ufficio")
    phone = column(Text(60), "Telefono")
    email = column(Text(120), "Posta elettronica")
    certified_email = column(Text(120), "PEC")


class Clerk(Record):
    """A person of the office, as named on minutes and receipts. Passphrases are kept elsewhere (`models.keyring`)."""

    kind = "clerk"
    indexes = (living_index("clerk", "name"),)
    label, plural, title = "Operatore", "Operatori", ("name",)

    name = column(Text(120), "Nome e cognome", required=True, searched=True)
    role = column(Choice(ROLES), "Ruolo")
    phone = column(Text(60), "Telefono")
    email = column(Text(120), "Posta elettronica")
    active = column(YesNo(), "In servizio")
    since = column(Day(), "Dal")
