"""The sections of the minutes around the items: heading to agenda, and approval to signatures (DOMAIN 5, 1 to 6, 8).

Each function gives the flowables of one section. Imported by `minutes` only.
"""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Spacer, Table, TableStyle

from ala_desktop.printing import fonts, markup, styles, wording
from ala_desktop.printing.minutes_content import Item, Member, MinutesContent, Movement
from ala_desktop.printing.page import WIDTH

_UNKNOWN = "non indicato"
_UNVERIFIED = "da verificare"
_COLUMNS = ("Componente", "Ruolo e qualifica", "Presenza", "Delegato", "Entrate e uscite")
_WIDTHS = (43 * mm, 42 * mm, 24 * mm, 28 * mm, WIDTH - 137 * mm)
_BLANK = "_" * 16
_NOTHING = "–"
_LAST_LINES = 4
_NO_VOTE = "senza voto"


def number_line(content: MinutesContent) -> str:
    """The number, the emergency number said to be one, both, or that there is none yet."""
    emergency = f"n. {content.emergency_number} del registro di emergenza" if content.emergency_number else ""
    if content.number:
        return f"n. {content.number}" + (f" (già {emergency})" if emergency else "")
    if emergency:
        return emergency
    return "BOZZA senza numero" if content.is_draft else "senza numero"


def heading(content: MinutesContent) -> list[Flowable]:
    """1: authority, body, number and year, date, place or remote, convocation."""
    lines: list[Flowable] = [markup.paragraph(content.authority.upper(), styles.AUTHORITY)]
    if content.province:
        lines.append(markup.paragraph(content.province, styles.PROVINCE))
    rows = [
        ("Data della seduta", wording.long_date(content.date) or _UNKNOWN),
        ("Luogo", _where(content)),
        ("Convocazione", content.convocation or _UNKNOWN),
    ]
    return [
        *lines,
        Spacer(0, 3 * mm),
        HRFlowable(width="100%", thickness=styles.RULE, color=colors.black, spaceBefore=0, spaceAfter=0),
        markup.paragraph(content.body, styles.BODY_NAME),
        markup.paragraph("VERBALE DELLA SEDUTA", styles.TITLE),
        markup.paragraph(number_line(content), styles.SUBTITLE),
        styles.facts(rows),
    ]


def course(content: MinutesContent) -> list[Flowable]:
    """2: opening, closing, suspensions."""
    rows = [
        ("Apertura", _hour(content.opened)),
        ("Chiusura", _hour(content.closed)),
        ("Sospensioni", content.suspensions or "nessuna"),
    ]
    return [_section("1. Apertura, chiusura e sospensioni"), styles.facts(rows)]


def members(content: MinutesContent) -> list[Flowable]:
    """3: everybody who belongs to the body, and who was there."""
    rows = [[markup.paragraph(column, styles.CELL_BOLD) for column in _COLUMNS]]
    rows += [[markup.paragraph(text, styles.CELL) for text in _member(one)] for one in content.members]
    if not content.members:
        return [_section("2. Componenti"), markup.paragraph("Nessun componente indicato.", styles.NOTE)]
    return [_section("2. Componenti"), styles.ruled(rows, _WIDTHS, heading=True)]


def offices(content: MinutesContent) -> list[Flowable]:
    """4: chair and recording secretary."""
    rows = [
        ("Presidente", content.chair or _UNKNOWN),
        ("Segretario verbalizzante", content.secretary or _UNKNOWN),
    ]
    return [_section("3. Presidenza e verbalizzazione"), styles.facts(rows)]


def quorum(content: MinutesContent) -> list[Flowable]:
    """5: required, present, met; else *seduta deserta*."""
    needed = content.quorum
    rows = [
        ("Componenti richiesti", _UNVERIFIED if needed.required is None else str(needed.required)),
        ("Componenti presenti", _UNVERIFIED if needed.present is None else str(needed.present)),
        ("Numero legale", {True: "raggiunto", False: "non raggiunto", None: _UNVERIFIED}[needed.met]),
    ]
    story: list[Flowable] = [_section("4. Numero legale"), styles.facts(rows)]
    if needed.met is True:
        story.append(markup.paragraph("La seduta è valida.", styles.BODY))
    elif needed.met is False:
        words = "In mancanza del numero legale la seduta è dichiarata deserta. Non è assunta alcuna decisione."
        story.append(markup.labelled("SEDUTA DESERTA.", words, styles.BODY))
    return story


def agenda(content: MinutesContent) -> list[Flowable]:
    """6: the agenda, one line for each item."""
    story: list[Flowable] = [_section("5. Ordine del giorno")]
    if not content.items:
        return [*story, markup.paragraph("Nessun punto all'ordine del giorno.", styles.NOTE)]
    return [*story, *(markup.listed(f"{one.number}.", _agenda_line(one), styles.LISTED) for one in content.items)]


def closing(content: MinutesContent) -> list[Flowable]:
    """8: approval, annexes, signatures; the last lines stay with the signatures, which never fill a page alone."""
    before = [*_approval(content), *_annexes(content)]
    return [*before[:-_LAST_LINES], KeepTogether([*before[-_LAST_LINES:], *_signatures(content)])]


def _approval(content: MinutesContent) -> list[Flowable]:
    story: list[Flowable] = [_section("7. Lettura e approvazione")]
    if content.approved_on:
        words = f"Il presente verbale è stato letto e approvato il {wording.long_date(content.approved_on)}."
    elif content.is_draft:
        words = "Il presente verbale non è ancora stato approvato."
    else:
        words = "Il presente verbale è stato letto e approvato."
    return [*story, markup.paragraph(words, styles.BODY)]


def _annexes(content: MinutesContent) -> list[Flowable]:
    """The annexes, with the hash of those that are kept."""
    if not content.annexes:
        return []
    story: list[Flowable] = [_section("8. Allegati")]
    for number, annex in enumerate(content.annexes, start=1):
        story.append(markup.listed(f"{number}.", annex.title, styles.LISTED))
        if annex.sha256:
            story.append(markup.paragraph("Impronta SHA-256:", styles.LISTED))
            story.append(markup.paragraph(annex.sha256, styles.MONO))
    return story


def _signatures(content: MinutesContent) -> list[Flowable]:
    """Who signs, and the lines for the protocol, which the comune's own system gives afterwards."""
    centre = styles.CELL_CENTER
    rows = [
        [markup.paragraph(text, styles.CELL_CENTER_BOLD) for text in ("Presidente", "", "Segretario verbalizzante")],
        [markup.paragraph(text, centre) for text in (content.chair or " ", "", content.secretary or " ")],
        [Spacer(0, 13 * mm)] * 3,
    ]
    side = 72 * mm
    block = Table(
        rows,
        colWidths=[side, WIDTH - 2 * side, side],
        style=TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, -1), (0, -1), styles.RULE, colors.black),
                ("LINEBELOW", (2, -1), (2, -1), styles.RULE, colors.black),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
            ]
        ),
    )
    protocol = f"n. {_BLANK} del {_BLANK} (da compilare)"
    return [
        Spacer(0, 6 * mm),
        markup.paragraph("Letto, confermato e sottoscritto.", styles.BODY),
        Spacer(0, 4 * mm),
        block,
        Spacer(0, 8 * mm),
        markup.labelled("Protocollo", protocol, styles.BODY),
    ]


def _section(title: str) -> Flowable:
    return markup.paragraph(title, styles.SECTION)


def _where(content: MinutesContent) -> str:
    if content.place and content.remote:
        return f"{content.place}, e in videoconferenza"
    if content.remote:
        return "in videoconferenza"
    return content.place or _UNKNOWN


def _hour(value: str) -> str:
    return f"ore {value}" if value else _UNKNOWN


def _member(one: Member) -> tuple[str, str, str, str, str]:
    # The label of a role without a vote says so itself ("Relatore (senza voto)"); any other role has it added.
    silent = "" if one.voting or _NO_VOTE in one.role else _NO_VOTE
    role = "\n".join(part for part in (one.role, one.position, silent) if part)
    movements = "\n".join(map(_movement, one.movements))
    return one.name, role, one.presence or _UNVERIFIED, one.delegate or _NOTHING, movements or _NOTHING


def _movement(one: Movement) -> str:
    return f"{'entrata' if one.entered else 'uscita'} {one.at}"


def _agenda_line(item: Item) -> str:
    subject = f"{item.subject} (pratica\u00a0{item.case_code})" if item.case_code else item.subject
    return f"{subject} – {item.placing.lower()}" if item.placing else subject
