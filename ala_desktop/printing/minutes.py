"""The minutes of a sitting as a PDF file, *integrale*: the sections in the order of DOMAIN 5, and the dress.

What it prints is `minutes_content.MinutesContent`. The redacted copy is a document of its own and not made here.
Imported by services.
"""

from __future__ import annotations

from pathlib import Path

from reportlab.platypus import Flowable

from ala_desktop.core.files import write_whole
from ala_desktop.core.text import clean
from ala_desktop.printing import fonts, minutes_items, minutes_sections, wording
from ala_desktop.printing.minutes_content import MinutesContent
from ala_desktop.printing.page import Dress, build


def write_minutes(content: MinutesContent, target: Path) -> None:
    """Print `content` to the file `target`, whole or not at all.

    Raises:
        Mendable: the file cannot be written (disk full, file open elsewhere, no such folder).
    """
    write_whole(target, render_minutes(content))


def render_minutes(content: MinutesContent) -> bytes:
    """The PDF of `content`; equal contents give equal bytes.

    Raises:
        FileNotFoundError: this copy of the program lacks its fonts.
    """
    fonts.register()
    return build(lambda: _story(content), _dress(content))


def _story(content: MinutesContent) -> list[Flowable]:
    return [
        *minutes_sections.heading(content),
        *minutes_sections.course(content),
        *minutes_sections.members(content),
        *minutes_sections.offices(content),
        *minutes_sections.quorum(content),
        *minutes_sections.agenda(content),
        *minutes_items.items(content),
        *minutes_sections.closing(content),
    ]


def _dress(content: MinutesContent) -> Dress:
    day = wording.short_date(content.date)
    number = minutes_sections.number_line(content)
    name = f"Verbale {number}" if number.startswith("n.") else f"Verbale ({number})"
    return Dress(
        title=clean(f"{name} - {content.body} - {content.authority} - seduta del {day}"),
        author=clean(f"{content.authority} - {content.body}"),
        subject=clean(f"Verbale della seduta del {day}"),
        date=content.date,
        running=f"{content.authority} · {content.body}",
        footer=f"{name} · seduta del {day}",
        watermark="BOZZA" if content.is_draft else "",
    )
