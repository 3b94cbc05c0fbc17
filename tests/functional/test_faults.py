"""What goes wrong between a PC and its hub, with real processes: nothing is lost, nothing is taken twice."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.soundness import Soundness
from ala_desktop.sync import replica
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import HubProcess, Pc, over_http, pc


@pytest.fixture
def office(tmp_path: Path, hub: HubProcess):
    made = pc(tmp_path / "ufficio")
    made.exchange.enrol(hub.url, hub.invite())
    yield made
    made.desk.close()


def through(where: Pc, port: int) -> None:
    """From now on the office reaches its hub at another port."""
    with where.desk.store.writing() as connection:
        replica.advance(connection, hub_url=f"http://127.0.0.1:{port}")


def told(where: Pc) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.run()
    return raised.value


def seq_at(hub: HubProcess) -> int:
    return json.loads(hub.ask("status").stdout)["comuni"][0]["seq"]


def fill(where: Pc, count: int) -> None:
    many = [[Change("housing_unit", where.desk.new_id(), {"code": f"C{n}", "address": "V"})] for n in range(count)]
    where.desk.save_each(many, group="g")


class Cable:
    """Between PC and hub: passes bytes on, and is cut once, when `cut(said upwards, said downwards)` says so."""

    def __init__(self, port: int, cut: Callable[[bytes, bytes], bool]) -> None:
        self._to, self._cut, self.cuts = port, cut, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        talks: list[threading.Thread] = []
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                talks.append(threading.Thread(target=self._talk, args=(near,)))
                talks[-1].start()
        for talk in talks:
            talk.join()

    def _talk(self, near: socket.socket) -> None:
        said: dict[bool, bytes] = {True: b"", False: b""}
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            back = threading.Thread(target=self._carry, args=(far, near, said), kwargs={"upwards": False})
            back.start()
            self._carry(near, far, said, upwards=True)
            back.join()

    def _carry(self, source: socket.socket, target: socket.socket, said: dict[bool, bytes], *, upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                said[upwards] += data
                if self.cuts == 0 and self._cut(said[True], said[False]):
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


def publish(folder: Path, hub: HubProcess) -> None:
    """ALA has published a measure, so that every page tells where the ambito's log ends."""
    desk, _ = factory.office(folder).set_up(NewOffice("ALA", "ALA", "Marta Galli"), factory.PASSPHRASE)
    exchange = Exchange(desk, over_http)
    exchange.enrol(hub.url, hub.invite("ALA"))
    with desk.others.open("AMBITO") as ambito:
        ambito.save([Change("measure", desk.new_id(), {"service": "SAT", "name": "Misura"})])
    exchange.run()
    desk.close()


@pytest.mark.parametrize("looked", [False, True], ids=["in a busy hour", "after it looked at itself"])
def test_an_idle_exchange_is_one_round_trip_of_at_most_a_kilobyte(
    office: Pc, hub: HubProcess, looked: bool, tmp_path: Path
):
    publish(tmp_path / "ala", hub)
    fill(office, 1)
    office.exchange.run()
    if looked:
        Soundness(office.desk).look()
    said: list[tuple[bytes, bytes]] = []
    cable = Cable(hub.port, lambda up, down: said.append((up, down)) is not None)
    through(office, cable.port)

    office.exchange.run()
    cable.close()

    up, down = max(said, key=lambda both: len(both[0]) + len(both[1]))
    assert (up.count(b" HTTP/1.1\r\n"), down.count(b"HTTP/1.1 200 OK")) == (1, 1)
    assert (b"&told=" in up) == looked
    assert b'"ambito"' in down
    assert len(up) + len(down) <= 1024, (len(up), len(down))


CUTS: dict[str, Callable[[bytes, bytes], bool]] = {
    "before_the_frame_arrives": lambda up, down: b"POST /v1/push" in up,
    "in_the_middle_of_the_frame": lambda up, down: b"ALA1" in up,
    "after_the_hub_has_committed": lambda up, down: b'{"entry"' in down,
    "in_the_middle_of_a_page": lambda up, down: b"octet-stream" in down and b'"seq":2' in down,
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_a_cable_that_is_cut_is_mended_by_asking_again(office: Pc, hub: HubProcess, cut):
    fill(office, 2)
    cable = Cable(hub.port, cut)
    through(office, cable.port)

    report = office.exchange.run()

    cable.close()
    assert cable.cuts == 1
    assert (report.sent, report.acknowledged) == (2, 2)
    assert seq_at(hub) == 2
    assert office.unsound == []


def test_a_hub_killed_in_the_middle_of_a_push_goes_on_after_its_restart(office: Pc, hub: HubProcess, tmp_path: Path):
    fill(office, 5_000)

    def kill_after_two_frames(up: bytes, down: bytes) -> bool:
        if down.count(b'{"entry"') >= 2:
            hub.kill()
            return True
        return False

    cable = Cable(hub.port, kill_after_two_frames)
    through(office, cable.port)
    problem = told(office)
    cable.close()
    assert cable.cuts == 1
    assert hub.running.poll() is not None
    assert "non risponde" in problem.title
    hub.start()
    taken = seq_at(hub)
    through(office, hub.port)

    report = office.exchange.run()

    assert 2_000 <= taken < 5_000
    assert report.acknowledged == 5_000
    assert seq_at(hub) == 5_000
    assert office.unsound == []
    copy = pc(tmp_path / "copia")
    copy.exchange.enrol(hub.url, hub.invite())
    copy.exchange.run()
    assert copy.digest == office.digest
    copy.desk.close()


def test_a_hub_that_is_away_leaves_everything_waiting(office: Pc, hub: HubProcess):
    factory.unit(office.desk)
    hub.stop()

    problem = told(office)

    assert problem.title == "La centrale di ALA non risponde"
    assert ExchangeState(office.desk).summary().to_send == 1
    hub.start()
    assert office.exchange.run().acknowledged == 1


def test_a_web_page_in_the_place_of_the_hub_is_told(office: Pc, hub: HubProcess):
    factory.unit(office.desk)
    page = b"<html>Accedi alla rete del Comune</html>"
    answered: list[bytes] = []

    def portal(listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            with near:
                answered.append(near.recv(65_536))
                near.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n"
                    b"content-length: %d\r\n\r\n%b" % (len(page), page)
                )

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=portal, args=(listening,), daemon=True).start()
        through(office, listening.getsockname()[1])
        problem = told(office)
        listening.shutdown(socket.SHUT_RDWR)

    assert len(answered) == 1
    assert problem.title == "La centrale di ALA non ha risposto come previsto"
    assert "pagina web" in problem.cause
    assert ExchangeState(office.desk).summary().to_send == 1


def test_another_hub_at_the_same_address_gets_nothing(office: Pc, hub: HubProcess, tmp_path: Path):
    factory.unit(office.desk)
    other = HubProcess(tmp_path / "altra").start()
    through(office, other.port)

    problem = told(office)
    other.stop()

    assert "come previsto" in problem.title
    assert ExchangeState(office.desk).summary().to_send == 1


def test_an_office_killed_between_sealing_and_sending_sends_the_same_frame(hub: HubProcess, tmp_path: Path):
    office = pc(tmp_path / "ufficio")
    office.exchange.enrol(hub.url, hub.invite())
    factory.unit(office.desk)

    class Killed(BaseException):
        pass

    def connect(contact):
        made = over_http(contact)

        def die(sealed: bytes):
            raise Killed

        made.push = die  # type: ignore[method-assign]
        return made

    with pytest.raises(Killed):
        Exchange(office.desk, connect).run()
    with office.desk.reading() as connection:
        (sealed,) = connection.exec_driver_sql("SELECT sealed FROM sealed_batch").one()
    office.desk.close()
    again = pc(tmp_path / "ufficio")

    report = again.exchange.run()

    assert report.acknowledged == 1
    with again.desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT sealed FROM frame").scalar_one() == sealed
    again.desk.close()
