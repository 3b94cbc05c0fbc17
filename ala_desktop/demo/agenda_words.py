"""What the secretary types on each item of the sitting: words, hours, votes. Invented, in the tone of such minutes."""

from __future__ import annotations

from dataclasses import dataclass, field

CALL = "PPPGPP"
"""The roll call, one letter for each member in its order: the third ordinary member is excused."""
COURSE = {"opened_at": "9.30", "convocation": "Prot. 5120 del giorno 12 del mese"}
REMARKS = (
    "Il presidente, constatato il numero legale, dichiara aperta la seduta e ricorda l'obbligo di dichiarare "
    "eventuali conflitti di interessi."
)
CLOSED = "11.15"
FIRST_CASES = 6
"""How many of the oldest waiting cases come on the agenda; then those of the day's own people."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done with one item.

    Attributes:
        hour: when it was treated.
        texts: fields and what is typed into them, in the order of the screen.
        conflict: who declares a conflict of interest and leaves the room.
        favour: how everybody's yes is recorded: `F8`, or the words of a button; empty for no vote by all.
        letters: members and the letter typed on their line afterwards; `*` stands for every voter in the room.
        after: fields typed after the vote; a label for those that are lists.
    """

    hour: str
    texts: dict[str, str]
    conflict: str = ""
    favour: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)


_PAPERS = "Domanda con allegati\nAttestazione ISEE in corso di validità"
_ADMISSIONS = (
    Treatment(
        "9.35",
        {
            "documents": _PAPERS,
            "discussion": "L'ufficio illustra la domanda. Nessuna osservazione: i requisiti risultano posseduti.",
        },
        favour="F8",
    ),
    Treatment(
        "9.45",
        {
            "documents": _PAPERS,
            "discussion": "Si discute della residenza dichiarata. L'ufficio conferma che gli accertamenti "
            "anagrafici sono stati eseguiti con esito positivo.",
        },
        favour="F8",
        letters={"Matteo Dell'Acqua": "C"},
        after={
            "dissent": "Matteo Dell'Acqua vota contro perché ritiene insufficienti gli accertamenti sulla "
            "residenza e chiede che se ne dia atto a verbale.",
        },
    ),
    Treatment(
        "9.58",
        {"documents": _PAPERS, "discussion": "L'ufficio riferisce che l'ISEE supera il limite di accesso."},
        letters={"*": "C"},
        after={
            "reasoning": "L'ISEE dichiarato è superiore al limite di 16.000 euro previsto per l'accesso ai servizi "
            "abitativi pubblici.",
        },
    ),
    Treatment(
        "10.10",
        {"documents": _PAPERS, "discussion": "Il punteggio è basso, ma i requisiti di accesso risultano posseduti."},
        favour="F8",
        letters={"Carla Zanoncelli": "A"},
    ),
    Treatment(
        "10.20",
        {"discussion": "L'ufficio riferisce che l'alloggio occupato dal nucleo è stato dichiarato inagibile."},
        conflict="Carla Zanoncelli",
        favour="F8",
    ),
    Treatment(
        "10.35",
        {"discussion": "Manca l'attestazione ISEE aggiornata: si chiede all'ufficio di acquisirla."},
        after={"outcome": "Rinviata ad altra seduta", "term": "+30"},
    ),
)
_LAST = (
    Treatment(
        "10.55",
        {
            "documents": "Domanda con allegati\nDichiarazione della proprietà",
            "discussion": "Verificati i requisiti della misura, si propone l'importo corrispondente al debito.",
        },
        favour="Unanimità",
        after={"amount_cents": "1.480,00", "months": "8"},
    ),
    Treatment("11.05", {"discussion": "La prossima seduta è fissata entro il mese di dicembre."}),
)


def treatments(unit: str) -> tuple[Treatment, ...]:
    """The items in the order of the agenda; `unit` is the code of the home that is given to the family."""
    home = Treatment(
        "10.40",
        {
            "discussion": "Łucja Dąbrowska riferisce sulla situazione del nucleo, sotto sfratto esecutivo per fine "
            "locazione: due figli minori, entrambi iscritti alle scuole del comune.",
            "proposal": "Dichiarare idonea la domanda e proporre l'alloggio transitorio disponibile.",
        },
        favour="F8",
        after={"unit_id": unit},
    )
    return (*_ADMISSIONS, home, *_LAST)
