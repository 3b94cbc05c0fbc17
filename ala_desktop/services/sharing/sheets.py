"""Recovery sheets and the comune's key: left at the hub by a PC that has it, taken from there when that PC is lost.

What travels and who can open it is in `sync.sheet`.
"""

from __future__ import annotations

from contextlib import suppress

from ala_desktop.core.errors import Mendable
from ala_desktop.models.keyring import recovery_code_slip, sheet_secret
from ala_desktop.services.desk import Desk
from ala_desktop.sync import complaints, replica, sheet, sheet_book
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import FoundSheet
from ala_desktop.sync.protocol import Malformed
from ala_desktop.sync.rekeying import opens_something_or_nothing_waits, take_up
from ala_desktop.sync.transport import Transport


class Sheets:
    """The recovery sheets that one desk knows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def leave(self, transport: Transport) -> None:
        """Leave the comune's key at the hub under this PC's sheet, if it is not there yet.

        Raises:
            Mendable: the hub is away; the next exchange does it.
        """
        with self._desk.reading() as connection:
            me = replica.read(connection)
            left = sheet_book.to_leave(connection, me, self._desk.clock.now())
        if left is None:
            return
        try:
            transport.leave_sheet(left)
        except Declined as problem:
            if problem.code == "unknown_path":
                return  # a hub of before: the key waits for its successor
            raise complaints.declined(problem) from problem
        with self._desk.store.writing() as connection:
            sheet_book.note_left(connection, me, left, self._desk.clock.now())

    def typed(self, code: str) -> bytes:
        """The secret of the sheet of another PC whose code was typed.

        Raises:
            Mendable: this PC has the comune's key already, the code has a slip, or it is of this PC's own sheet.
        """
        with self._desk.reading() as connection:
            me, own = replica.read(connection), sheet_book.own(connection)
        if me.comune_key_final:
            raise Mendable(
                "Questo PC ha già la chiave delle note riservate",
                "La possiede da quando è stato collegato come primo PC, oppure confermato.",
                "Non serve alcun foglio: le note riservate si leggono già.",
            )
        if recovery_code_slip(code):
            raise Mendable(
                "Codice di recupero copiato male",
                "Il codice ha 28 caratteri, in sette gruppi di quattro, e gli ultimi due controllano gli altri.",
                "Ricopiarlo dal foglio, gruppo per gruppo; O e 0, I e 1 valgono lo stesso.",
            )
        secret = sheet_secret(code)
        if secret == own:
            raise Mendable(
                "Questo è il foglio di questo PC",
                "La chiave delle note riservate sta sotto il foglio del PC che la possedeva.",
                "Usare il foglio di recupero del PC che è andato perso.",
            )
        return secret

    def ask(self, secret: bytes, transport: Transport) -> None:
        """Take up the comune's key that the hub keeps under the sheet with this secret.

        Raises:
            Mendable: nothing is kept under it, it was tried too often, or what is kept is not the comune's key.
        """
        try:
            found = transport.show_sheet(sheet.token_of(secret, self._desk.tenant))
        except Declined as problem:
            raise complaints.declined(problem) from problem
        self._take(secret, found)

    def wait_for_letter(self, secret: bytes) -> None:
        """Have the next letter show the sheet with this secret to the hub; the answer brings the key."""
        with self._desk.store.writing() as connection:
            sheet_book.keep_shown(connection, secret)

    def answered(self, transport: Transport) -> None:
        """Take what the hub answered by letter to a sheet that was shown; whatever it said, it is asked no more.

        Raises:
            Mendable: as `ask`.
        """
        with self._desk.reading() as connection:
            secret, me = sheet_book.shown(connection), replica.read(connection)
        if secret is None:
            return
        try:
            if not me.comune_key_final:
                self.ask(secret, transport)
        finally:
            with suppress(Mendable), self._desk.store.writing() as connection:
                sheet_book.forget_shown(connection)

    def _take(self, secret: bytes, found: FoundSheet) -> None:
        try:
            key = sheet.unwrap(found.blob, secret, self._desk.tenant, found.device)
            with self._desk.reading() as connection:
                fits = opens_something_or_nothing_waits(connection, key)
        except Malformed as problem:
            raise complaints.false_sheet(str(problem)) from problem
        if not fits:
            raise complaints.false_sheet("non apre le note riservate che questo PC ha ricevuto")
        take_up(self._desk, key, "")
