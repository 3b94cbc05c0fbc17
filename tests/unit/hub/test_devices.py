"""Invitations: twenty-four hours, five tries, one PC of one comune; and an answer that may be asked for again."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.devices import TRIES, Enrolment, card_of
from ala_desktop.hub.store import Store
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import EnrolRequest
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import HUB, Pen


@pytest.fixture
def where():
    made = hub_frames.store()
    yield made
    made.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock("2026-11-22T09:00:00Z")


@pytest.fixture
def enrolment(where: Store, clock: FixedClock) -> Enrolment:
    return Enrolment(where, HUB, clock)


def asking(code: str, pen: Pen | None = None, tenant: str = "A995", name: str = "") -> EnrolRequest:
    who = pen or Pen()
    box = X25519PrivateKey.generate() if pen is None else X25519PrivateKey.from_private_bytes(bytes([7] * 32))
    return EnrolRequest(
        code, tenant, who.device, name, who.key.public_key().public_bytes_raw().hex(),
        box.public_key().public_bytes_raw().hex(),
    )  # fmt: skip


def declined(enrolment: Enrolment, request: EnrolRequest) -> str:
    with pytest.raises(Declined) as told:
        enrolment.enrol(request)
    return told.value.code


def test_a_code_is_easy_to_type_and_holds_for_a_day(enrolment):
    code, expires = enrolment.invite("A995")

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert expires == "2026-11-23T09:00:00Z"


def test_only_comuni_of_the_ambito_are_invited(enrolment):
    with pytest.raises(Mendable) as told:
        enrolment.invite("Z999")

    assert told.value.title == "Comune sconosciuto"


def test_the_code_itself_is_not_in_the_store(where, enrolment):
    code, _ = enrolment.invite("A995")

    invite = where.invited(code[:4])

    assert invite is not None
    assert code.replace("-", "")[4:].encode() not in invite.secret + invite.salt


def test_devices_of_a_comune_are_numbered_as_they_come(where, enrolment):
    answers = [enrolment.enrol(asking(enrolment.invite("A995")[0])) for _ in range(3)]

    assert [(answer.ordinal, answer.device_name) for answer in answers] == [(1, "PC 1"), (2, "PC 2"), (3, "PC 3")]
    assert answers[0].comune == "Borghetto Lodigiano"
    assert (answers[0].hub, answers[0].hub_key) == (HUB.hub, HUB.public.hex())
    assert len(where.devices("A995")) == 3


def test_each_comune_numbers_its_own(enrolment):
    enrolment.enrol(asking(enrolment.invite("A995")[0]))
    other = enrolment.enrol(asking(enrolment.invite("A004")[0], tenant="A004"))

    assert other.ordinal == 1


def test_the_office_may_name_its_pc(enrolment):
    answer = enrolment.enrol(asking(enrolment.invite("A995")[0], name="  Sportello \u202e casa "))

    assert answer.device_name == "Sportello casa"


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")]
)
def test_a_code_is_read_as_people_type_it(enrolment, change):
    code, _ = enrolment.invite("A995")

    assert enrolment.enrol(asking(change(code))).ordinal == 1


@pytest.mark.parametrize("code", ["", "ABCD", "0000-0000-0000", "è sbagliato", "A" * 101])
def test_what_is_no_code_is_declined(enrolment, code):
    assert declined(enrolment, asking(code)) in ("bad_code", "bad_request")


def test_a_code_is_for_one_pc(enrolment):
    code, _ = enrolment.invite("A995")
    enrolment.enrol(asking(code))

    assert declined(enrolment, asking(code)) == "bad_code"


def test_a_lost_answer_is_given_again_to_the_same_pc(where, enrolment):
    code, _ = enrolment.invite("A995")
    request = asking(code, Pen())

    assert enrolment.enrol(request) == enrolment.enrol(request)
    assert len(where.devices("A995")) == 1


def test_the_same_request_twice_at_once_makes_one_pc(where, enrolment, monkeypatch):
    """The second looks for the device before the first one has enrolled it: a slow answer was asked for again."""
    code, _ = enrolment.invite("A995")
    request = asking(code, Pen())
    real = where.device

    def overtaken(device: str):
        monkeypatch.setattr(where, "device", real)
        found = real(device)
        enrolment.enrol(request)
        return found

    monkeypatch.setattr(where, "device", overtaken)

    assert enrolment.enrol(request).ordinal == 1
    assert len(where.devices("A995")) == 1


def test_a_pc_whose_answer_was_lost_with_the_code_keeps_its_number(where, enrolment):
    pen = Pen()
    first = enrolment.enrol(asking(enrolment.invite("A995")[0], pen))
    enrolment.enrol(asking(enrolment.invite("A995")[0]))

    again = enrolment.enrol(asking(enrolment.invite("A995")[0], pen))

    assert again == first
    assert len(where.devices("A995")) == 2


def test_a_code_dies_after_a_day(enrolment, clock):
    code, _ = enrolment.invite("A995")
    clock.moment = "2026-11-23T09:00:01Z"

    assert declined(enrolment, asking(code)) == "bad_code"


def test_five_wrong_tries_kill_a_code(enrolment):
    code, _ = enrolment.invite("A995")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(TRIES):
        assert declined(enrolment, asking(wrong)) == "bad_code"

    assert declined(enrolment, asking(code)) == "bad_code"


def test_four_wrong_tries_do_not(enrolment):
    code, _ = enrolment.invite("A995")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(TRIES - 1):
        assert declined(enrolment, asking(wrong)) == "bad_code"

    assert enrolment.enrol(asking(code)).ordinal == 1


def test_guessing_at_random_does_not_use_up_somebodys_tries(where, enrolment):
    code, _ = enrolment.invite("A995")
    elsewhere = "0000-" + code[5:] if not code.startswith("0000") else "1111-" + code[5:]
    for _ in range(20):
        declined(enrolment, asking(elsewhere))

    assert enrolment.enrol(asking(code)).ordinal == 1


def test_a_code_for_another_comune_says_so_and_stays_good(enrolment):
    code, _ = enrolment.invite("A995")

    assert declined(enrolment, asking(code, tenant="A004")) == "other_comune"
    assert enrolment.enrol(asking(code)).tenant == "A995"


def test_a_known_device_with_other_keys_is_declined(enrolment):
    pen = Pen()
    enrolment.enrol(asking(enrolment.invite("A995")[0], pen))
    thief = Pen(device=pen.device)

    assert declined(enrolment, asking(enrolment.invite("A995")[0], thief)) == "other_keys"


def test_a_device_of_one_comune_cannot_join_another(enrolment):
    pen = Pen()
    enrolment.enrol(asking(enrolment.invite("A995")[0], pen))

    assert declined(enrolment, asking(enrolment.invite("A004")[0], pen, tenant="A004")) == "other_keys"


@pytest.mark.parametrize(
    "wrong",
    [{"device": "x"}, {"sign_key": "00"}, {"box_key": "g" * 64}, {"device": "A" * 32}, {"box_key": "0" * 64}],
)
def test_ids_and_keys_have_to_be_such(enrolment, wrong):
    import msgspec

    request = msgspec.structs.replace(asking(enrolment.invite("A995")[0]), **wrong)

    assert declined(enrolment, request) == "bad_request"


def test_the_card_of_a_device_holds_what_is_public():
    pen = Pen(device=new_id())
    card = card_of(pen.row(2))

    assert (card.device, card.ordinal, card.revoked) == (pen.device, 2, False)
    assert bytes.fromhex(card.sign_key) == pen.key.public_key().public_bytes_raw()
