"""What must be there before minutes are approved: each thing alone is noticed, and a whole sitting has none."""

from dataclasses import replace
from datetime import date

import pytest

from ala_desktop.rules.obstacles import Meeting, Point, obstacles
from ala_desktop.rules.room import Ballot, Seat

TODAY = date(2026, 11, 22)
SEATS = (
    Seat("chair", "Anna Villa", voting=True, presence="presente"),
    Seat("member", "Bruno Sala", voting=True, presence="presente"),
    Seat("other", "Carla Riva", voting=True, presence="giustificato"),
    Seat("clerk", "Dario Monti", voting=False, presence="presente"),
)
BOTH = (Ballot("chair", "favorevole"), Ballot("member", "favorevole"))
GRANT = Point(
    "p1", 1, "Contributo", "contributo", None, "voto", "accolta", grants_money=True, amount_cents=100, ballots=BOTH
)
OTHER = Point("p2", 2, "Comunicazioni", "altro", outcome="presa_atto")
WHOLE = Meeting("s", "2026-11-20", "09:00", "11:00", "chair", "clerk", 2, SEATS, (GRANT, OTHER))


def told(meeting):
    return [str(one) for one in obstacles(meeting, TODAY)]


def with_point(**more):
    return replace(WHOLE, points=(replace(GRANT, **more), OTHER))


def test_a_whole_sitting_has_no_obstacle():
    assert told(WHOLE) == []


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (replace(WHOLE, held_on=None), "Seduta: manca la data."),
        (replace(WHOLE, held_on="2026-11-23"), "Seduta: la data, 23/11/2026, deve ancora venire."),
        (replace(WHOLE, opened_at=None), "Seduta: manca l'ora di apertura."),
        (replace(WHOLE, closed_at=None), "Seduta: manca l'ora di chiusura."),
        (replace(WHOLE, closed_at="08:59"), "Seduta: la chiusura (08:59) precede l'apertura (09:00)."),
        (replace(WHOLE, chair_id=None), "Presidenza e verbalizzazione: non è indicato chi presiede."),
        (replace(WHOLE, chair_id="other"), "Presidenza e verbalizzazione: chi presiede non risulta presente."),
        (
            replace(WHOLE, secretary_id=None),
            "Presidenza e verbalizzazione: non è indicato il segretario verbalizzante.",
        ),
        (replace(WHOLE, required=None), "Numero legale: non è indicato quanti componenti sono richiesti."),
        (replace(WHOLE, points=()), "Ordine del giorno: non c'è nessun punto."),
        (with_point(outcome=None), "Punto 1 (Contributo): manca l'esito (se non è stato trattato va rinviato)."),
        (
            with_point(decision=None, ballots=()),
            "Punto 1 (Contributo): manca il modo della decisione: voto, unanimità o consenso.",
        ),
        (with_point(amount_cents=None), "Punto 1 (Contributo): il contributo è accolto e manca l'importo."),
        (with_point(outcome="respinta"), "Punto 1 (Contributo): l'esito è negativo e manca la motivazione."),
        (
            with_point(ballots=BOTH[:1]),
            "Punto 1 (Contributo): manca il voto di Bruno Sala: la somma dei voti deve dare i 2 votanti in sala.",
        ),
        (
            with_point(treated_at="08:30"),
            "Punto 1 (Contributo): l'ora della trattazione (08:30) precede l'apertura della seduta (09:00).",
        ),
        (
            with_point(treated_at="11:30"),
            "Punto 1 (Contributo): l'ora della trattazione (11:30) è dopo la chiusura della seduta (11:00).",
        ),
    ],
)
def test_each_missing_thing_is_told_with_its_place(broken, sentence):
    assert told(broken) == [sentence]


def test_each_member_must_be_called():
    uncalled = replace(SEATS[1], presence=None)
    assert "Presenze: per Bruno Sala non è indicato se è presente." in told(
        replace(WHOLE, seats=(SEATS[0], uncalled, *SEATS[2:]))
    )


def test_the_same_member_twice_in_the_roll_call_is_told():
    assert "Presenze: Carla Riva compare più volte nell'appello." in told(replace(WHOLE, seats=(*SEATS, SEATS[2])))


def test_nobody_in_the_roll_call_is_told():
    assert "Presenze: non c'è nessun componente nell'appello." in told(replace(WHOLE, seats=()))


def test_leaving_before_entering_is_told():
    seats = (SEATS[0], SEATS[1], replace(SEATS[2], arrived_at="10:00", left_at="09:30"), SEATS[3])
    assert "Presenze: Carla Riva esce alle 09:30, prima di entrare alle 10:00." in told(replace(WHOLE, seats=seats))


def test_items_with_one_number_are_told():
    """As when two PCs, each without the other, added an item."""
    (sentence,) = told(replace(WHOLE, points=(GRANT, replace(OTHER, position=1))))
    assert sentence == "Ordine del giorno: più punti hanno lo stesso numero (1): rimetterli in ordine."


def test_an_adjourned_item_needs_nothing_else():
    assert told(with_point(outcome="rinviata", decision=None, ballots=(), amount_cents=None)) == []


def test_any_other_business_may_stay_empty():
    assert told(replace(WHOLE, points=(GRANT, Point("v", 2, "Varie ed eventuali", "varie")))) == []


def test_the_hour_of_an_item_is_asked_only_when_somebody_moves():
    late = replace(SEATS[2], presence="presente", arrived_at="09:40")
    moving = replace(WHOLE, seats=(SEATS[0], SEATS[1], late, SEATS[3]))
    assert told(moving) == [
        "Punto 1 (Contributo): manca l'ora della trattazione, che dice chi era in sala (entrate e uscite: Carla Riva)."
    ]
    assert told(replace(moving, points=(replace(GRANT, treated_at="09:30"), OTHER))) == []
    assert "manca il voto di Carla Riva" in told(replace(moving, points=(replace(GRANT, treated_at="09:40"), OTHER)))[0]


def test_an_item_decided_after_the_quorum_was_lost_must_be_adjourned():
    third = replace(SEATS[2], presence="presente", left_at="10:00")
    seats = (SEATS[0], SEATS[1], third, SEATS[3])
    losing = replace(WHOLE, required=3, seats=seats, points=(replace(GRANT, treated_at="10:30"), OTHER))
    assert told(losing) == [
        "Punto 1 (Contributo): al momento della decisione i componenti presenti erano 2 e ne servono 3: "
        "il punto va rinviato."
    ]


def test_leaving_for_a_conflict_does_not_undo_the_quorum():
    out = (BOTH[0], Ballot("member", conflict=True, left_room=True))
    assert told(with_point(ballots=out)) == []


def test_a_deserted_sitting_decides_nothing():
    deserted = replace(WHOLE, required=3)
    assert deserted.deserted
    assert all("la seduta è deserta" in sentence for sentence in told(deserted))
    assert len(told(deserted)) == 2


def test_a_deserted_sitting_can_be_minuted_without_chair_and_outcomes():
    absent = tuple(replace(seat, presence="assente") for seat in SEATS[:3])
    undecided = tuple(replace(one, outcome=None, decision=None, ballots=()) for one in WHOLE.points)
    assert told(replace(WHOLE, chair_id=None, seats=(*absent, SEATS[3]), points=undecided)) == []


def test_a_long_subject_is_cut_in_the_message():
    (obstacle,) = obstacles(with_point(subject="molto lungo " * 20, outcome=None), TODAY)
    assert len(obstacle.place) < 80
    assert (obstacle.record, obstacle.field) == ("p1", "outcome")
