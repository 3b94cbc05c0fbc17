"""The recovery sheet: one page on paper with the code that opens the data when the passphrase is lost.

The code is a secret: it is drawn on the page and nowhere else, neither in the file's properties nor in its name.
Imported by services.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, HRFlowable, Spacer, Table, TableStyle

from ala_desktop.core.files import write_whole
from ala_desktop.core.text import clean
from ala_desktop.printing import fonts, markup, styles, wording
from ala_desktop.printing.page import WIDTH, Dress, build

_CODE = ParagraphStyle("code", fontName=fonts.MONO, fontSize=24, leading=28, alignment=TA_CENTER, splitLongWords=0)
_TEXT = ParagraphStyle("text", parent=styles.BODY, fontSize=11, leading=14, spaceAfter=0.7 * mm)
_POINT = ParagraphStyle("point", parent=_TEXT, leftIndent=6 * mm, bulletIndent=1 * mm)
_HEADING = ParagraphStyle("heading", parent=styles.SECTION, spaceBefore=2.5 * mm, spaceAfter=1 * mm)
_UNDER = ParagraphStyle("under", parent=styles.NOTE, spaceBefore=1.5 * mm)
_GROUP = 4
_GAP = 8 * mm
_LINE = "_" * 34

_READ = "Si legge una riga alla volta, da sinistra a destra. Maiuscole, spazi e trattini non fanno differenza."
_WHAT_FOR = (
    "Con questo codice si aprono i dati di ALA Desktop quando la frase d'accesso è andata persa, e se ne sceglie una "
    "nuova. Senza la frase d'accesso e senza questo foglio i dati di questo PC non si possono leggere: nessuno, "
    "nemmeno ALA, può recuperarli."
)
_KEY = (
    "Se questo PC va perso, un PC nuovo del comune, collegato con un codice di ALA, con questo foglio legge di nuovo "
    "le note riservate: «Scambio con ALA», scheda «PC del comune», «Usa il foglio di recupero»."
)
_HOW = (
    "Nella finestra d'ingresso di ALA Desktop premere «Ho perso la frase d'accesso», scrivere il codice e scegliere "
    "una nuova frase.",
    "In alternativa, dalla riga di comando: ala-desktop recover",
    "Usato una volta, il codice non vale più: il programma ne dà uno nuovo, da stampare al posto di questo.",
)
_WHERE = (
    "In cassaforte, o in un armadio chiuso a chiave, in busta chiusa e firmata sul lembo.",
    "In un luogo diverso da quello del PC, noto al responsabile del servizio.",
)
_NEVER = (
    "Non fotografarlo, non copiarlo in un file, non inviarlo per posta elettronica o con messaggi.",
    "Non tenerlo vicino al PC, né insieme alla frase d'accesso.",
    "Non comunicare il codice a nessuno, nemmeno al telefono e nemmeno a chi dice di chiamare da ALA.",
    "Dopo la stampa, cancellare il file PDF e svuotare il cestino.",
)


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What stands on the sheet.

    Attributes:
        comune: the comune in full, "Comune di Borghetto Lodigiano".
        date: `YYYY-MM-DD` on which the code was made.
        code: the recovery code; its groups are parted by hyphens or spaces, else it is cut in groups of four signs.
        device: name of the PC, if it has one.
    """

    comune: str
    date: str
    code: str
    device: str = ""


def write_recovery_sheet(sheet: RecoverySheet, target: Path) -> None:
    """Print `sheet` to the file `target`, whole or not at all.

    Raises:
        Mendable: the file cannot be written (disk full, file open elsewhere, no such folder).
    """
    write_whole(target, render_recovery_sheet(sheet))


def render_recovery_sheet(sheet: RecoverySheet) -> bytes:
    """The PDF of `sheet`, one A4 page; equal sheets give equal bytes.

    Raises:
        FileNotFoundError: this copy of the program lacks its fonts.
    """
    fonts.register()
    return build(lambda: _story(sheet), _dress(sheet))


def groups(code: str) -> list[str]:
    """The groups of `code` as they are printed and typed."""
    parts = [part for part in re.split(r"[\s\-\u2010-\u2015]+", clean(code)) if part]
    if len(parts) == 1:
        whole = parts[0]
        return [whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP)]
    return parts


def _dress(sheet: RecoverySheet) -> Dress:
    return Dress(
        title=clean(f"Foglio di recupero - {sheet.comune}"),
        author=clean(sheet.comune),
        subject="Foglio di recupero di ALA Desktop",
        date=sheet.date,
        numbered=False,
    )


def _story(sheet: RecoverySheet) -> list[Flowable]:
    made = [("Data", wording.long_date(sheet.date)), ("PC", sheet.device)]
    return [
        markup.paragraph(sheet.comune.upper(), styles.AUTHORITY),
        Spacer(0, 3 * mm),
        HRFlowable("100%", styles.RULE, color=colors.black, spaceBefore=0, spaceAfter=3 * mm),
        markup.paragraph("FOGLIO DI RECUPERO", styles.TITLE),
        markup.paragraph("ALA Desktop", styles.SUBTITLE),
        styles.facts([(label, value) for label, value in made if value]),
        markup.paragraph("Codice di recupero", _HEADING),
        _code(groups(sheet.code)),
        markup.paragraph(_READ, _UNDER),
        *_points("A che cosa serve", [_WHAT_FOR]),
        markup.paragraph(_KEY, _TEXT),
        *_points("Come si usa", _HOW),
        *_points("Dove conservarlo", _WHERE),
        *_points("Che cosa non fare mai", _NEVER),
        Spacer(0, 4 * mm),
        markup.labelled("Conservato da", f"{_LINE} presso {_LINE[:20]}", _TEXT),
        Spacer(0, 3 * mm),
        markup.labelled("Data e firma", _LINE, _TEXT),
    ]


def _points(title: str, texts: list[str] | tuple[str, ...]) -> list[Flowable]:
    heading = markup.paragraph(title, _HEADING)
    if len(texts) == 1:
        return [heading, markup.paragraph(texts[0], _TEXT)]
    return [heading, *(markup.listed("•", text, _POINT) for text in texts)]


def _code(parts: list[str]) -> Table:
    """The groups in a frame, in the fewest rows that they fit, all rows alike, read from left to right."""
    widest = max((stringWidth(part, _CODE.fontName, _CODE.fontSize) for part in parts), default=0.0)
    fitting = max(1, int(WIDTH // (widest + _GAP)))
    in_row = ceil(len(parts) / max(1, ceil(len(parts) / fitting))) or 1
    rows = [parts[start : start + in_row] for start in range(0, len(parts), in_row)]
    cells = [[markup.paragraph(part, _CODE) for part in [*row, *[""] * (in_row - len(row))]] for row in rows]
    style = TableStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), fonts.MONO),
            ("BOX", (0, 0), (-1, -1), 2 * styles.RULE, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 1 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3 * mm),
        ]
    )
    return Table(cells, colWidths=[WIDTH / in_row] * in_row, style=style)
