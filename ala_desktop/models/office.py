"""The office itself: its comune and the people who work there."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

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

    __tablename__ = "comune"
    __table_args__ = (living_index("comune", "name"),)
    label, plural, title = "Comune", "Comuni", ("name",)

    belfiore: Mapped[str | None] = column(Text(4), "Codice catastale", required=True)
    istat: Mapped[str | None] = column(Text(6), "Codice ISTAT")
    name: Mapped[str | None] = column(Text(80), "Nome", required=True, searched=True)
    office_address: Mapped[str | None] = column(Text(), "Indirizzo dell'ufficio")
    phone: Mapped[str | None] = column(Text(60), "Telefono")
    email: Mapped[str | None] = column(Text(120), "Posta elettronica")
    certified_email: Mapped[str | None] = column(Text(120), "PEC")


class Clerk(Record):
    """A person of the office, as named on minutes and receipts. Passphrases are kept elsewhere (`models.keyring`)."""

    __tablename__ = "clerk"
    __table_args__ = (living_index("clerk", "name"),)
    label, plural, title = "Operatore", "Operatori", ("name",)

    name: Mapped[str | None] = column(Text(120), "Nome e cognome", required=True, searched=True)
    role: Mapped[str | None] = column(Choice(ROLES), "Ruolo")
    phone: Mapped[str | None] = column(Text(60), "Telefono")
    email: Mapped[str | None] = column(Text(120), "Posta elettronica")
    active: Mapped[int | None] = column(YesNo(), "In servizio")
    since: Mapped[str | None] = column(Day(), "Dal")
