"""The items of the agenda in the minutes: report, discussion, proposal, votes, outcome (DOMAIN 5, 7).

Imported by `minutes` only.
"""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Spacer

from ala_desktop.printing import markup, styles, wording
from ala_desktop.printing.minutes_content import ConflictOfInterest, Item, MinutesContent
from ala_desktop.printing.page import WIDTH
from ala_desktop.rules.votes import Tally

_SHORT = 25 * mm


def items(content: MinutesContent) -> list[Flowable]:
    """7: each item that was treated, in the order of the agenda, after the communications."""
    story: list[Flowable] = [
        markup.paragraph("6. Trattazione dei punti all'ordine del giorno", styles.SECTION),
        *styles.led("Comunicazioni e note.", content.remarks),
    ]
    treated = [flowable for item in content.items for flowable in _item(item)]
    if not treated:
        story.append(markup.paragraph("Nessun punto è stato trattato.", styles.BODY))
    return story + treated


def _item(item: Item) -> list[Flowable]:
    """The paragraph of `item`; empty when nothing is known of it but its line on the agenda."""
    words = [
        *styles.led("Relazione.", item.report),
        *styles.led("Documenti esaminati.", "; ".join(item.documents)),
        *styles.led("Discussione.", item.discussion),
        *(_conflict(one) for one in item.conflicts),
        *styles.led("Proposta.", item.proposal),
        *styles.led("Motivazione.", item.reasoning),
    ]
    decision = _decision(item)
    dissent = styles.led("Dissenso verbalizzato a richiesta.", item.dissent)
    if not (words or decision or dissent):
        return []
    return [*_with_decision([*_title(item), *words], decision), *dissent, Spacer(0, 2 * mm)]


def _title(item: Item) -> list[Flowable]:
    rule = HRFlowable("100%", styles.HAIRLINE, color=colors.black, spaceBefore=2 * mm, spaceAfter=1 * mm)
    rule.keepWithNext = 1
    place = (
        f"Punto {item.number}",
        f"pratica {item.case_code}" if item.case_code else "",
        item.placing.lower(),
        f"ore {item.treated_at}" if item.treated_at else "",
    )
    return [
        rule,
        markup.paragraph(" · ".join(part for part in place if part), styles.ITEM_PLACE),
        markup.paragraph(item.subject, styles.ITEM),
    ]


def _conflict(one: ConflictOfInterest) -> Flowable:
    room = "lascia la sala per la trattazione del punto" if one.left_room else "resta in sala"
    words = f"{one.name} dichiara un conflitto di interessi e {room}."
    return markup.labelled("Conflitto di interessi (art. 6-bis L. 241/1990).", words, styles.BODY)


def _decision(item: Item) -> list[tuple[str, str]]:
    """Label and value of what was decided, only what is known."""
    rows = [
        ("Modo della decisione", item.decision),
        *(_votes(item.votes) if item.votes else []),
        ("Esito", item.outcome),
        ("Alloggio", item.unit),
        ("Importo", "" if item.amount_cents is None else wording.euro(item.amount_cents)),
        ("Mensilità", "" if item.months is None else str(item.months)),
        ("Termine", wording.long_date(item.term)),
    ]
    return [(label, value) for label, value in rows if value]


def _votes(votes: Tally) -> list[tuple[str, str]]:
    counts = (
        f"favorevoli\u00a0{votes.favour}, contrari\u00a0{votes.against}, astenuti\u00a0{votes.abstained}, "
        f"non\u00a0partecipano al\u00a0voto\u00a0{votes.not_voting}"
    )
    if votes.balanced:
        check = f"{votes.voters}, pari alla somma dei voti"
    else:
        check = f"{votes.voters}. ATTENZIONE: la somma dei voti è {votes.total}, non {votes.voters}"
    return [("Voti", counts), ("Votanti presenti in sala", check)]


def _with_decision(words: list[Flowable], decision: list[tuple[str, str]]) -> list[Flowable]:
    """`words` and the decision, in one block with the last of them, so that no page begins with an outcome alone."""
    if not decision:
        return words
    box = styles.boxed(decision, bold="Esito")
    _, height = words[-1].wrap(WIDTH, WIDTH)
    if height > _SHORT:
        return [*words, KeepTogether([box])]
    return [*words[:-1], KeepTogether([words[-1], box])]
