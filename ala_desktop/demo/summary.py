"""What the day did, counted in the store and in the reports: `riepilogo.json`, and the same in a few Italian lines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ala_desktop.core.files import write_whole
from ala_desktop.demo.stage import Stage
from ala_desktop.models.sittings import ITEM_OUTCOMES
from ala_desktop.services.desk import Desk
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.sharing.exchange import Report
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.sittings.minutes import Minutes
from ala_desktop.services.soundness import Soundness
from ala_desktop.ui.phrases import counted

FILE = "riepilogo.json"


def tell(stage: Stage, sitting: str) -> dict[str, Any]:
    """Every figure of the day, as the store and the reports have it; identifiers as in the glossary."""
    desk, second = stage.desk, stage.the_second
    here, there = Soundness(desk), second.soundness
    digest, other = here.digest(), there.digest()
    wrong = [*here.verify(), *there.verify()]
    return {
        "comune": desk.comune_name,
        "imported": {past.kind: {"file": past.file, **past.figures} for past in reversed(Importing(desk).history())},
        "registered": registered(desk),
        "decided": _decided(desk, sitting),
        "sent": sum(report.sent for report in stage.reports),
        "received": sum(report.received for report in stage.reports),
        "second_pc": _moved(second.reports),
        "conflicts": {
            "found": stage.conflicts_found,
            "left": Conflicts(desk).count() + Conflicts(second.desk).count(),
            "decided_value": stage.decided_value,
        },
        "digest": digest.digest,
        "seq": digest.seq,
        "digests_equal": digest == other,
        "verify": "clean" if not wrong else [str(one) for one in wrong],
        "pictures": stage.pictures.taken,
    }


def registered(desk: Desk) -> dict[str, int]:
    """Living records that no import brought, by kind; kinds without any are left out."""
    counts = {kind: sum(row.group is None for row in desk.find(kind)) for kind in desk.catalog}
    return {kind: count for kind, count in counts.items() if count}


def _decided(desk: Desk, sitting: str) -> dict[str, Any]:
    file = Sittings(desk).file(sitting)
    shown = Minutes(desk).content(sitting).items
    items = [
        {
            "position": row["position"], "subject": row["subject"], "case_code": row["case_code"],
            "decision": row["decision"], "outcome": row["outcome"],
            "votes": {"favour": item.votes.favour, "against": item.votes.against, "abstained": item.votes.abstained,
                      "not_voting": item.votes.not_voting} if item.votes else None,
            "conflicts_of_interest": [one.name for one in item.conflicts],
            "unit": row["unit_text"], "amount_cents": row["amount_cents"], "months": row["months"],
        }
        for row, item in zip(file.items, shown, strict=True)
    ]  # fmt: skip
    outcomes = Counter(str(row["outcome"]) for row in file.items if row["outcome"])
    return {"minutes_number": file.number, "state": file.sitting["state"], "outcomes": dict(outcomes), "items": items}


def _moved(reports: list[Report]) -> dict[str, int]:
    return {"sent": sum(r.sent for r in reports), "received": sum(r.received for r in reports)}


def write(told: dict[str, Any], out: Path) -> None:
    """Keep the summary in `out`."""
    write_whole(out / FILE, (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())


def in_words(told: dict[str, Any], out: Path) -> str:
    """A few Italian lines, with where the papers are."""
    rows = ", ".join(
        f"{kept['file']} {counted(kept['taken'] + kept['with_warnings'], 'riga', 'righe')}"
        + (f" ({counted(kept['refused'], 'rifiutata', 'rifiutate')})" if kept["refused"] else "")
        for kept in told["imported"].values()
    )
    decided, moved = told["decided"], told["second_pc"]
    outcomes = ", ".join(f"{ITEM_OUTCOMES[name].lower()} {count}" for name, count in decided["outcomes"].items())
    return "\n".join(
        (
            f"Importato: {rows}.",
            f"Registrato a mano: {counted(sum(told['registered'].values()), 'scheda', 'schede')}.",
            f"Deciso: verbale n. {decided['minutes_number']}, {len(decided['items'])} punti ({outcomes}).",
            f"Scambiato: inviate {told['sent']} modifiche, ricevute {told['received']}; il secondo PC ne ha ricevute "
            f"{moved['received']} e inviate {moved['sent']}.",
            f"Dati discordanti: trovati e decisi {told['conflicts']['found']}, rimasti {told['conflicts']['left']}. "
            "Impronte dei due PC uguali, verifica senza differenze.",
            f"In {out}: verbale.pdf, verbale-bozza.pdf, foglio-di-recupero.pdf, {FILE} e "
            f"{len(told['pictures'])} immagini della finestra.",
        )
    )
