"""What people said of possible duplicates. Which record stands for which follows from it (`services.linked`)."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Text
from ala_desktop.fields.spec import Merge
from ala_desktop.models.record import Record, column
from ala_desktop.rules.linking import APART, SAME

VERDICTS = {SAME: "È la stessa scheda", APART: "Non è un duplicato"}
_EITHER = "chiunque dei due resti in vista, dell'altro non si perde nulla"
_WHY = "il motivo accompagna il giudizio: due motivi diversi per lo stesso giudizio non sono un contrasto"


class DuplicateLink(Record):
    """What was said of two records of one kind. Its id follows from theirs (`rules.linking.pair_id`).

    Without a verdict nothing is decided any more: a link or a dismissal was taken back.
    """

    kind = "duplicate_link"
    label, plural, title = "Possibile duplicato", "Possibili duplicati", ("reason",)

    record_kind = column(Text(64), "Tipo di scheda", required=True)
    first_id = column(Text(64), "Prima scheda", required=True)
    second_id = column(Text(64), "Seconda scheda", required=True)
    verdict = column(Choice(VERDICTS), "Giudizio")
    kept_id = column(Text(64), "Scheda che resta in vista", merge=Merge.AUTO, why=_EITHER)
    reason = column(Text(200), "Motivo", merge=Merge.AUTO, why=_WHY)
