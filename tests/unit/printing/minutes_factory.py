"""Invented minutes for the tests of printing: people, cases and comune's papers that never were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ala_desktop.printing.minutes_content import (
    Annex,
    ConflictOfInterest,
    Item,
    Member,
    MinutesContent,
    Movement,
    Quorum,
)
from ala_desktop.rules.votes import Tally

MEMBERS = (
    Member("Đurđica Žižek", "Presidente", "Presente", position="Assessora alle politiche sociali"),
    Member("Ștefan Ștefănescu", "Componente", "Presente", position="Responsabile dei Servizi sociali"),
    Member("Łukasz Brzęczyszczykiewicz", "Componente", "Presente", position="Assistente sociale",
           movements=(Movement(entered=False, at="17:55"), Movement(entered=True, at="18:20"))),
    Member("Ayşe Şahin", "Componente", "Presente", position="Sindacati degli inquilini",
           movements=(Movement(entered=True, at="17:32"),)),
    Member("Giosuè Però", "Componente", "Assente giustificato", position="Minoranza consiliare",
           delegate="Åsa Ångström"),
    Member("Niccolò D'Avò", "Relatore (senza voto)", "Presente", position="Tecnico comunale", voting=False),
)  # fmt: skip

ITEMS = (
    Item(
        number="1",
        treated_at="17:35",
        subject="Assegnazione temporanea di un alloggio SAT a nucleo con sfratto esecutivo",
        case_code="D-2026-014",
        report="Il nucleo, composto da due adulti e due minori, ha ricevuto il preavviso di rilascio per il 15/12. "
        "Il contratto è cessato per finita locazione; i canoni risultano pagati fino all'ultima mensilità.\n"
        "Sono state contattate tre agenzie immobiliari del territorio, senza esito.",
        documents=("istanza prot. n. 4310 del 02/11/2026", "attestazione ISEE", "preavviso di rilascio"),
        discussion="La Commissione valuta la distanza dalla scuola frequentata dai minori e l'idoneità dell'alloggio "
        "rispetto al numero dei componenti. Il tecnico comunale conferma che l'alloggio è libero e idoneo.",
        proposal="Assegnare l'alloggio indicato in uso transitorio, con sottoscrizione del patto di servizio.",
        reasoning="Ricorrono i presupposti dell'art. 23, comma 13, della L.R. 16/2016; il nucleo ha sempre onorato "
        "il canone e ha aderito al percorso proposto dai Servizi sociali.",
        decision="All'unanimità",
        votes=Tally(5, 0, 0, 0, 5),
        outcome="Accolta",
        unit="BL-0007, via Garibaldi 12, scala A, piano 2, interno 5",
        months=12,
        term="2027-12-14",
    ),
    Item(
        number="2",
        treated_at="17:55",
        subject="Contributo Misura Unica per canoni di locazione",
        case_code="C-2026-031",
        report="La richiedente ha perso il lavoro a giugno; l'ISEE corrente è di 9.840,00 €.",
        documents=("domanda di contributo", "contratto registrato", "modulo del locatore con IBAN"),
        discussion="Si chiarisce che il contributo è versato al locatore in due quote.",
        conflicts=(ConflictOfInterest("Łukasz Brzęczyszczykiewicz", left_room=True),),
        proposal="Concedere il contributo nella misura massima prevista.",
        reasoning="Requisiti verificati d'ufficio; nessuna procedura di rilascio in corso.",
        decision="A votazione",
        votes=Tally(3, 0, 1, 0, 4),
        outcome="Accolta",
        amount_cents=300000,
        months=8,
    ),
    Item(
        number="3",
        treated_at="18:20",
        subject="Richiesta di mobilità per inidoneità dell'alloggio",
        case_code="D-2026-009",
        report="L'assegnataria, con difficoltà di deambulazione, abita al terzo piano senza ascensore.",
        documents=("istanza", "verbale di sopralluogo"),
        discussion="La documentazione sanitaria è del 2023 e va aggiornata.",
        proposal="Chiedere un supplemento di istruttoria all'ASST.",
        decision="All'unanimità",
        votes=Tally(5, 0, 0, 0, 5),
        outcome="Supplemento di istruttoria",
        term="2026-12-22",
    ),
    Item(
        number="4",
        treated_at="18:30",
        subject="Contributo di solidarietà per spese condominiali",
        case_code="C-2026-027",
        report="Il nucleo ha accumulato un debito di 1.126,40 € per servizi comuni.",
        documents=("estratto conto del gestore",),
        discussion="Ayşe Şahin osserva che una parte del debito è prescritta. Si apre un confronto sulle annualità "
        "da considerare; il Responsabile precisa che il gestore ha interrotto i termini nel 2024.",
        proposal="Concedere il contributo a copertura del solo debito degli ultimi due anni.",
        reasoning="Il debito residuo non è imputabile a negligenza del nucleo.",
        decision="A votazione",
        votes=Tally(3, 1, 0, 1, 5),
        outcome="Accolta",
        amount_cents=74280,
        dissent="Ayşe Şahin ritiene che l'intero debito andasse stralciato prima della concessione.",
    ),
    Item(
        number="5",
        treated_at="18:50",
        subject="Decadenza dall'assegnazione per mancato utilizzo dell'alloggio",
        case_code="D-2025-052",
        report="Tre sopralluoghi hanno trovato l'alloggio disabitato; i consumi sono nulli da otto mesi.",
        documents=("verbali di sopralluogo del 03/03, 12/05 e 09/09/2026", "letture dei contatori"),
        proposal="Esprimere parere favorevole all'avvio del procedimento di decadenza.",
        reasoning="Art. 25 R.R. 4/2017: mancato utilizzo per un periodo superiore a sei mesi.",
        decision="All'unanimità",
        votes=Tally(5, 0, 0, 0, 5),
        outcome="Accolta",
        unit="BL-0019, vicolo del Pozzo 3, piano T, interno 1",
    ),
    Item(
        number="6",
        treated_at="19:00",
        subject="Domanda di contributo per deposito cauzionale",
        case_code="C-2026-033",
        report="Il contratto prodotto non risulta registrato.",
        proposal="Rinviare il punto alla prossima seduta, in attesa della registrazione.",
        decision="Per consenso",
        outcome="Rinviata ad altra seduta",
    ),
    Item(
        number="7",
        treated_at="19:05",
        subject="Segnalazione urgente di nucleo senza dimora",
        case_code="D-2026-016",
        placing="Fuori sacco",
        report="Segnalazione dei Carabinieri del 21/11/2026: padre con figlia minore in un'autovettura.",
        discussion="Tutti i presenti concordano sull'urgenza.",
        proposal="Accogliere il nucleo in via temporanea e convocare il padre per un colloquio.",
        decision="Per consenso",
        outcome="Accolta",
        months=1,
    ),
    Item(
        number="8",
        treated_at="19:15",
        subject="Calendario delle sedute del primo trimestre 2027",
        placing="Varie ed eventuali",
        discussion="Si propongono il 19 gennaio, il 16 febbraio e il 16 marzo 2027, alle ore 17:30.",
        outcome="Presa d'atto",
    ),
)


def minutes(**changes: Any) -> MinutesContent:
    """Approved minutes of a sitting with six members and eight items; any field may be changed."""
    content = MinutesContent(
        authority="Comune di Borghetto Lodigiano",
        province="Provincia di Lodi",
        body="Commissione Casa",
        number="7/2026",
        state="approvato",
        date="2026-11-22",
        place="Sala Giunta del Municipio, piazza Generale Dalla Chiesa 1",
        convocation="nota prot. n. 4512 del 12/11/2026",
        opened="17:30",
        closed="19:25",
        suspensions="dalle 18:40 alle 18:50, per la verifica di un documento",
        members=MEMBERS,
        chair="Đurđica Žižek",
        secretary="Œdipe Lefèvre-Müller",
        remarks="La Presidente comunica che il bando regionale per la Misura Unica 2027 è stato pubblicato.",
        quorum=Quorum(required=3, present=5, met=True),
        items=ITEMS,
        approved_on="2026-11-22",
        annexes=(
            Annex("Verbale di sopralluogo dell'alloggio BL-0007", "9f86d081" * 8),
            Annex("Prospetto dei contributi concessi nell'anno"),
        ),
    )  # fmt: skip
    return replace(content, **changes)


def draft(**changes: Any) -> MinutesContent:
    """The same sitting while its minutes are still being written: no number, not approved."""
    return minutes(**{"state": "bozza", "number": "", "approved_on": ""} | changes)
