"""One save that the hub refuses holds up none of the others, and waits to be corrected."""

from ala_desktop.services.sharing.corrections import Corrections
from ala_desktop.sync.capture import Change
from tests import hubs
from tests.strict_hub import StrictHub

SAVES, POISONED = 10_000, 6_543


def test_one_poisoned_save_in_ten_thousand_holds_none_of_the_others_up(tmp_path):
    hub = StrictHub(tmp_path / "centrale").start()
    one, two = hubs.pc(tmp_path / "uno"), hubs.pc(tmp_path / "due")
    for pc in (one, two):
        pc.exchange.enrol(hub.url, hub.invite())
    codes = [f"BL{number:05}" for number in range(SAVES)]
    codes[POISONED] = "BL-TROPPO-LUNGO"
    units = [[Change("housing_unit", one.desk.new_id(), {"code": code, "address": "Via Roma"})] for code in codes]
    one.desk.save_each(units, group=one.desk.new_id())

    report = one.exchange.run()

    [rejected], [correction] = report.rejected, Corrections(one.desk).all()
    print(f"{report.sent} sent, {report.acknowledged} acknowledged, 1 to correct: {rejected.reason}")
    assert (report.sent, report.acknowledged) == (SAVES, SAVES - 1)
    assert (
        correction.reason
        == rejected.reason
        == "Un valore non è ammesso: Alloggio, Codice alloggio: supera i 10 caratteri"
    )
    [part] = correction.parts
    assert (part.id, part.values["code"], correction.fault) == (
        units[POISONED][0].id, codes[POISONED], (part.id, "code")
    )  # fmt: skip

    Corrections(one.desk).resend(correction, {part.id: {**part.values, "code": "BL06543"}})
    second, received = one.exchange.run(), two.exchange.run()

    assert (second.acknowledged, second.rejected, Corrections(one.desk).all()) == (1, [], [])
    assert received.received == SAVES + 1
    assert one.digest == two.digest
    assert len(two.desk.find("housing_unit")) == SAVES
    for pc in (one, two):
        pc.desk.close()
    hub.stop()
