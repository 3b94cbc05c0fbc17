"""What every command has in common: what may be typed, what is answered, how it ends."""

import errno
import io
import json
import os
import signal
from pathlib import Path

import pytest

from ala_desktop.core import console
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable


class Pipe(io.StringIO):
    """A standard stream that breaks as a real one does, with a descriptor of its own."""

    def __init__(self, number: int, descriptor: int) -> None:
        super().__init__()
        self._number, self._descriptor = number, descriptor

    def write(self, text: str) -> int:
        raise OSError(self._number, os.strerror(self._number))

    def fileno(self) -> int:
        return self._descriptor


@pytest.fixture
def descriptor(tmp_path: Path):
    made = os.open(tmp_path / "uscita", os.O_WRONLY | os.O_CREAT)
    yield made
    os.close(made)


def run(tmp_path: Path, answer: object, *arguments: str) -> int:
    program, parent = console.parser("prova", "Una prova.", tmp_path)
    commands = program.add_subparsers(required=True, metavar="COMANDO")
    listing = commands.add_parser("elenca", parents=[parent])
    listing.add_argument("--limite", type=int)
    listing.add_argument("--verso", choices=("su", "giù"))
    choice = listing.add_mutually_exclusive_group()
    choice.add_argument("--uno")
    choice.add_argument("--due")
    listing.add_argument("tipo")

    def carry(_: object) -> Answer:
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Answer)
        return answer

    return console.carry_out(program, arguments, carry, tmp_path)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "manca COMANDO"),
        (["elenca"], "manca tipo"),
        (["canta"], "COMANDO: 'canta' non è fra le scelte possibili: "),
        (["elenca", "x", "y"], "non si sa che cosa fare di y"),
        (["elenca", "x", "--limite"], "--limite: manca il valore"),
        (["elenca", "x", "--limite", "tre"], "--limite: 'tre' non è un numero intero"),
        (["elenca", "x", "--lim", "3"], "non si sa che cosa fare di --lim 3"),
        (["elenca", "x", "--verso", "là"], "--verso: 'là' non è fra le scelte possibili: "),
        (["elenca", "x", "--uno", "1", "--due", "2"], "--due: non si può usare insieme a --uno"),
        (["elenca", "x", "--json=si"], "--json: non prende un valore, e qui c'è 'si'"),
        (["elenca", "x", "--data", ""], "--data: il percorso è vuoto"),
    ],
)
def test_what_cannot_be_understood_is_told_in_italian(tmp_path: Path, capsys, typed: list[str], told: str):
    assert run(tmp_path, Answer(1, "fatto"), *typed) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert "--help" in said.err
    assert said.out == ""


def test_letters_that_were_not_understood_are_not_dropped(tmp_path: Path, capsys):
    assert run(tmp_path, Answer(1, "fatto"), "elenca", "Perch\udcc3\udca9") == 1
    assert "lettere che non si leggono" in capsys.readouterr().err


def test_the_help_is_italian(tmp_path: Path, capsys):
    with pytest.raises(SystemExit):
        run(tmp_path, Answer(1, "fatto"), "elenca", "--help")
    text = capsys.readouterr().out
    assert text.startswith("uso: ")
    assert "argomenti:" in text
    assert "opzioni:" in text
    assert not {"usage", "positional", "options", "show", "exit"} & set(text.replace(":", " ").split())


def test_words_are_for_people_and_data_for_programs(tmp_path: Path, capsys):
    answer = Answer({"città": "Sant'Angelo"}, "Ecco.")
    assert run(tmp_path, answer, "elenca", "x") == 0
    assert capsys.readouterr() == ("Ecco.\n", "")
    assert run(tmp_path, answer, "elenca", "x", "--json") == 0
    assert capsys.readouterr() == ('{"città": "Sant\'Angelo"}\n', "Ecco.\n")


def test_work_that_was_stopped_half_way_does_not_count_as_done(tmp_path: Path, capsys):
    assert run(tmp_path, Answer({"done": 3}, "Fermato.", whole=False), "elenca", "x", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"done": 3}


def test_an_interruption_is_told_also_to_programs(tmp_path: Path, capsys):
    assert run(tmp_path, KeyboardInterrupt(), "elenca", "x", "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out).keys() == {"title", "cause", "next_step"}
    assert "Interrotto" in said.err


def test_a_fault_keeps_a_report_without_anybody_s_data(tmp_path: Path, capsys):
    assert run(tmp_path, ValueError("Rossi Mario"), "elenca", "x") == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (report,) = (tmp_path / "rapporti").iterdir()
    assert str(report) in said
    assert "ValueError" in report.read_text(encoding="utf-8")
    assert "Rossi" not in report.read_text(encoding="utf-8")


def test_a_reader_who_left_is_no_error(tmp_path: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr("sys.stdout", Pipe(errno.EPIPE, descriptor))
    assert run(tmp_path, Answer(1, "fatto"), "elenca", "x") == 0
    assert capsys.readouterr().err == ""


def test_an_answer_that_finds_no_room_is_told(tmp_path: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr("sys.stdout", Pipe(errno.ENOSPC, descriptor))
    assert run(tmp_path, Answer(1, "fatto"), "elenca", "x", "--json") == 1
    assert "La risposta non si è potuta scrivere" in capsys.readouterr().err


def test_words_beside_the_answer_never_stop_the_work(descriptor: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stderr", Pipe(errno.EPIPE, descriptor))
    console.say("Registrate 3 schede di 5")


def test_letters_that_the_terminal_lacks_do_not_stop_the_answer(monkeypatch: pytest.MonkeyPatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    console.write("Đorđević, 12 €")
    console.write('{"name": "Đorđević"}', encoding="utf-8")
    assert raw.getvalue() == b"?or?evi?, 12 \x80" + os.linesep.encode() + '{"name": "Đorđević"}'.encode() + (
        os.linesep.encode()
    )


def test_ctrl_c_asks_once_and_insists_the_second_time():
    before = signal.getsignal(signal.SIGINT)
    with console.stoppable() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_that_can_be_mended_has_three_parts_and_ends_with_one(tmp_path: Path, capsys):
    assert run(tmp_path, Mendable("Che cosa", "Perché", "E ora"), "elenca", "x") == 1
    assert capsys.readouterr().err == "Che cosa\n  Perché\n  E ora\n"
