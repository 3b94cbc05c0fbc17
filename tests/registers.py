"""Registers of invented comuni: seeded, with mistakes planted in known places and the figures they must give.

The expected figures are counted while planting, with check characters computed here; nothing of the program is used.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

SURNAMES = ["Rossi", "Dell'Orto", "Nicolò", "De", "Papa", "Șerban", "Bianchi", "Zanaboni", "D'Angelo", "Uccellini"]
NAMES = ["Anna", "Chloé", "Gian Maria", "Rosa", "Ion", "Fatima", "Niccolò", "Eva", "Marco", "Luca"]
STREETS = ["Via Roma", "Cascina Cà Bassa", "Piazza della Libertà", "Vicolo Sant'Antonio", "Via A. De Gasperi"]
CP1252_SURNAMES = [name for name in SURNAMES if name != "Șerban"]
ENCODINGS = ["cp1252", "utf-8", "utf-8-sig", "utf-16"]
DIGIT_PLACES = (6, 7, 9, 10, 12, 13, 14)
# D.M. 23/12/1976: values of characters in odd places; in even places a digit is its value, a letter its rank.
ODD = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)) | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)


@dataclass
class Planted:
    """A register and what importing it into an empty office must report.

    Attributes:
        path, kind: the file, and as what it is imported.
        rows: how many rows stand under the headings.
        expected: the figures of `import --json`; of each refused row only line, column and value.
        people: codici fiscali in their compared form (or None), in the order of the rows; of `households` only.
    """

    path: Path
    kind: str
    rows: int
    expected: dict[str, Any]
    people: list[str | None] = field(default_factory=list)


def check_character(fifteen: str) -> str:
    """The sixteenth character of a codice fiscale."""
    total = 0
    for place, sign in enumerate(fifteen):
        rank = int(sign) if sign.isdigit() else ord(sign) - ord("A")
        total += ODD[sign] if place % 2 == 0 else rank
    return chr(ord("A") + total % 26)


def partita_iva(ten: str) -> str:
    """Eleven digits whose last one holds."""
    total = 0
    for place, digit in enumerate(int(sign) for sign in ten):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return ten + str(-total % 10)


def iban(chance: random.Random) -> str:
    """An Italian IBAN whose check digits hold."""
    body = chance.choice("ABXZ") + "".join(str(chance.randrange(10)) for _ in range(22))
    digits = "".join(str(int(sign, 36)) for sign in body + "IT00")
    return f"IT{98 - int(digits) % 97:02}{body}"


def money(chance: random.Random, cents: int) -> str:
    """An amount as offices write it."""
    plain = f"{cents // 100},{cents % 100:02}"
    grouped = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"
    return chance.choice([plain, grouped, f"€ {grouped}", f"{grouped} €", f"€{plain}"])


def day(chance: random.Random, years: tuple[int, int] = (2000, 2025)) -> str:
    """A date that exists, in one of the five forms."""
    y, m, d = chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice(
        [
            f"{d:02}/{m:02}/{y}",
            f"{d}/{m}/{y}",
            f"{d:02}-{m:02}-{y}",
            f"{d:02}.{m:02}.{y % 100:02}",
            f"{y}-{m:02}-{d:02}",
        ]
    )


class Sheet:
    """Rows on their way to a file: shuffled columns, dressed headings, physical lines."""

    def __init__(self, chance: random.Random, headings: list[str], *, title: bool) -> None:
        self.chance = chance
        self.order = chance.sample(headings, len(headings))
        self.title = title
        self.lines: list[list[str]] = []
        self.names = {name: self._dressed(name) for name in headings}
        self.above = [["Registro del comune"], []] if title else []
        self.next_line = len(self.above) + 2
        self.line_of: list[int] = []

    def _dressed(self, name: str) -> str:
        worn = self.chance.choice([str, str.upper, str.lower])(name)
        return (
            self.chance.choice(["", " "])
            + worn.replace(" ", self.chance.choice([" ", "  "]))
            + self.chance.choice(["", " "])
        )

    def column(self, name: str) -> str:
        """The heading as the report gives it: without doubled and outer spaces."""
        return " ".join(self.names[name].split())

    def add(self, cells: dict[str, str]) -> int:
        """Add a row; returns the line on which it begins."""
        row = [cells.get(name, "") for name in self.order]
        return self.add_raw(row)

    def add_raw(self, row: list[str]) -> int:
        """Add a row as it is."""
        line = self.next_line
        self.lines.append(row)
        self.line_of.append(line)
        self.next_line += 1 + sum(cell.count("\n") for cell in row)
        return line

    def save(self, folder: Path, name: str, *, spreadsheet: bool = False) -> Path:
        """Write the file in some encoding, with some separator, or as a workbook."""
        header = [self.names[name] for name in self.order]
        rows = [*self.above, header, *self.lines]
        if spreadsheet:
            return self._workbook(folder / f"{name}.xlsx", rows)
        text = io.StringIO(newline="")
        csv.writer(
            text, delimiter=self.chance.choice(";,\t|"), lineterminator=self.chance.choice(["\r\n", "\n"])
        ).writerows(rows)
        encoding = self.chance.choice(ENCODINGS)
        path = folder / f"{name}.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    def _workbook(self, path: Path, rows: list[list[str]]) -> Path:
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet("Copertina").write_string(0, 0, "Comune")
            sheet = book.add_worksheet("Dati")
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, place, cell)
        return path


UNIT_HEADINGS = [
    "Codice alloggio", "Indirizzo", "Civico", "Scala", "Piano", "Int.", "Foglio", "Mappale", "Sub", "Vani",
    "Sup. utile mq", "Ascensore", "Proprietà", "Destinazione", "Stato", "Canone mensile", "Ultimo sopralluogo",
]  # fmt: skip
UNIT_MISTAKES = {
    "Sup. utile mq": ["quaranta", "n.d.", "12,345", "=3*4"],
    "Vani": ["due", "4,55"],
    "Ultimo sopralluogo": ["31/02/2023", "2023-13-01", "ieri", "00/00/00"],
    "Canone mensile": ["-120,00", "€ -5", "cento"],
    "Destinazione": ["XYZ", "SAPP"],
    "Stato": ["boh"],
    "Ascensore": ["forse"],
    "Proprietà": ["Tizio"],
}


def _unit(chance: random.Random, number: int) -> dict[str, str]:
    address = chance.choice([*STREETS, '=HYPERLINK("x")', "@sconosciuto", "+via", "Via Roma\nangolo Via Lodi"])
    return {
        "Codice alloggio": f"ZZ{number:04}",
        "Indirizzo": address,
        "Civico": chance.choice(["3 bis", "007", "s.n.c.", "12", "7/A"]),
        "Scala": chance.choice(["A", "B", ""]),
        "Piano": chance.choice(["T", "R", "S1", "1", "3°", "2"]),
        "Int.": str(chance.randint(1, 20)),
        "Foglio": str(chance.randint(1, 30)),
        "Mappale": str(chance.randint(1, 900)),
        "Sub": str(1000 + number),
        "Vani": chance.choice(["2", "3,5", "4", "5.5"]),
        "Sup. utile mq": f"{chance.randint(25, 110)},{chance.randint(0, 99):02}",
        "Ascensore": chance.choice(["SI", "no", "N", "sì", ""]),
        "Proprietà": chance.choice(["Comune", "ALER PV-LO", "ALER Pavia-Lodi", "privato"]),
        "Destinazione": chance.choice(["SAP", "sap", "SAT", "Sas"]),
        "Stato": chance.choice(["libero", "ASSEGNATO", "in manutenzione", "carenze manut.", ""]),
        "Canone mensile": money(chance, chance.randint(100, 60_000)),
        "Ultimo sopralluogo": day(chance),
    }


def units(folder: Path, seed: int, count: int = 80) -> Planted:
    """A register of homes."""
    chance = random.Random(f"units {seed}")
    sheet = Sheet(chance, UNIT_HEADINGS, title=chance.random() < 0.5)
    good: list[tuple[int, dict[str, str]]] = []
    refused: list[dict[str, object]] = []
    duplicates: list[dict[str, int]] = []
    warned: list[int] = []
    not_rows = 0
    for number in range(count):
        cells = _unit(chance, number)
        event = chance.choices(["plain", "refused", "duplicate", "same home", "empty"], [75, 8, 6, 6, 5])[0]
        if event == "refused":
            column = chance.choice(list(UNIT_MISTAKES))
            cells[column] = chance.choice(UNIT_MISTAKES[column])
            line = sheet.add(cells)
            refused.append({"line": line, "column": sheet.column(column), "value": cells[column]})
            continue
        line = sheet.add(cells)
        good.append((line, cells))
        if event == "empty":
            sheet.add_raw(chance.choice([[], [""] * len(UNIT_HEADINGS), [" "] * 3]))
            not_rows += 1
        first_line, first = chance.choice(good)
        if event == "duplicate":
            duplicates.append({"line": sheet.add(first), "of": first_line})
        elif event == "same home":
            warned.append(sheet.add(first | {"Codice alloggio": f"YY{number:04}"}))
    if chance.random() < 0.7:
        sheet.add_raw([chance.choice(["TOTALE", "Totale", "totale"]), "", "", "7.512,30"])
        not_rows += 1
    expected: dict[str, Any] = {
        "taken": len(good), "with_warnings": len(warned), "refused": refused, "duplicates": duplicates,
        "not_rows": not_rows, "warned_lines": warned,
    }  # fmt: skip
    return Planted(sheet.save(folder, f"alloggi{seed}"), "housing_unit", len(sheet.lines), expected)


HOUSEHOLD_HEADINGS = [
    "N. nucleo", "Cognome", "Nome", "Sesso", "Data nascita", "Luogo nascita", "Codice Fiscale", "Rel. parentela",
    "Invalidità %", "ISEE", "Tel.",
]  # fmt: skip


def _code(chance: random.Random, taken: set[str]) -> str:
    """A sixteen-character code that nobody has yet."""
    while True:
        letters = "".join(chance.choice("BCDFGLMNPRSTVZ") for _ in range(6))
        born = f"{chance.randint(0, 99):02}{chance.choice('ABCDEHLMPRST')}{chance.randint(1, 28):02}"
        fifteen = f"{letters}{born}E{chance.randint(100, 999)}"
        if fifteen not in taken:
            taken.add(fifteen)
            return fifteen + check_character(fifteen)


def _omocodia(chance: random.Random, code: str) -> str:
    signs = list(code[:15])
    for place in DIGIT_PLACES[-chance.randint(1, 7) :]:
        signs[place] = "LMNPQRSTUV"[int(signs[place])]
    fifteen = "".join(signs)
    return fifteen + check_character(fifteen)


def _planted_code(chance: random.Random, taken: set[str], counts: dict[str, int]) -> tuple[str, str | None, bool]:
    """A code as written, in its compared form, and whether it must be warned of."""
    sort = chance.choices(["plain", "omocodia", "wrong_check", "provisional", "missing"], [70, 8, 8, 5, 9])[0]
    if sort != "plain":
        counts[sort] += 1
    if sort == "missing":
        return "", None, False
    code = _code(chance, taken)
    if sort == "omocodia":
        code = _omocodia(chance, code)
    elif sort == "wrong_check":
        code = code[:15] + chance.choice([sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if sign != code[15]])
    elif sort == "provisional":
        code = partita_iva("".join(str(chance.randrange(10)) for _ in range(10)))
    written = code
    if chance.random() < 0.15:
        spaced = f"{code[:3]} {code[3:6]} {code[6:]}"
        written = chance.choice([spaced, code.lower()]) if sort != "provisional" else f"{code[:5]} {code[5:]}"
        counts["lowercase_or_spaced"] += 1
    return written, code, sort == "wrong_check"


def households(folder: Path, seed: int, count: int = 40) -> Planted:
    """A register of households, one row a person."""
    chance = random.Random(f"households {seed}")
    sheet = Sheet(chance, HOUSEHOLD_HEADINGS, title=chance.random() < 0.5)
    counts: dict[str, int] = {}
    counts.update(dict.fromkeys(("omocodia", "wrong_check", "provisional", "missing", "lowercase_or_spaced"), 0))
    people: list[str | None] = []
    warned: list[int] = []
    taken: set[str] = set()
    for number in range(1, count + 1):
        for place in range(chance.randint(1, 5)):
            written, code, wrong = _planted_code(chance, taken, counts)
            line = sheet.add({
                "N. nucleo": str(number),
                "Cognome": chance.choice(CP1252_SURNAMES),
                "Nome": chance.choice(NAMES),
                "Sesso": chance.choice("FMf"),
                "Data nascita": day(chance, (1940, 2024)),
                "Luogo nascita": chance.choice(["Lodi", "Camairago", "Marocco", "Sant'Angelo Lodigiano"]),
                "Codice Fiscale": written,
                "Rel. parentela": chance.choice(["coniuge", "figlia", "convivente"]) if place else "intestatario",
                "Invalidità %": chance.choice(["", "74", "100"]),
                "ISEE": "" if place else money(chance, chance.randint(0, 2_500_000)),
                "Tel.": chance.choice(["", "+39 333 1234567", "0371 123456"]),
            })  # fmt: skip
            people.append(code)
            if wrong:
                warned.append(line)
    expected: dict[str, Any] = {
        "taken": len(people) - len(warned), "with_warnings": len(warned), "refused": [], "duplicates": [],
        "not_rows": 0, "warned_lines": warned, "households": count, "people": len(people), "fiscal_codes": counts,
    }  # fmt: skip
    spreadsheet = chance.random() < 0.3
    path = sheet.save(folder, f"nuclei{seed}", spreadsheet=spreadsheet)
    return Planted(path, "household", len(sheet.lines), expected, people)


APPLICATION_HEADINGS = [
    "Prot.", "Data", "Servizio", "Richiedente", "CF richiedente", "ID pratica regionale", "ISEE", "Punteggio", "Esito",
    "Note",
]  # fmt: skip


def applications(folder: Path, seed: int, people: list[str | None], count: int = 60) -> Planted:
    """A register of applications of any service; every one of a known person or without a code."""
    chance = random.Random(f"applications {seed}")
    sheet = Sheet(chance, APPLICATION_HEADINGS, title=True)
    warned: list[int] = []
    sap = 0
    codes = [code for code in people if code]
    for number in range(count):
        service = chance.choice(["SAP", "sap", "SAT", "Misura Unica", "Morosità incolpevole"])
        code = chance.choice(["", *[chance.choice(codes) for _ in range(9)]])
        line = sheet.add({
            "Prot.": str(5000 + number),
            "Data": day(chance, (2025, 2025)),
            "Servizio": service,
            "Richiedente": f"{chance.choice(CP1252_SURNAMES)} {chance.choice(NAMES)}",
            "CF richiedente": chance.choice([code, code.lower()]),
            "ID pratica regionale": str(7_000_000 + number) if service.upper() == "SAP" else "",
            "ISEE": money(chance, chance.randint(0, 2_500_000)),
            "Punteggio": f"{chance.randint(0, 40)},{chance.randint(0, 99):02}" if service.upper() == "SAP" else "",
            "Esito": chance.choice(["", "idonea", "NON IDONEA", "in istruttoria", "esclusa"]),
            "Note": chance.choice(["", "=SUM(A1:A9)", "@segnalata", "+ figlio disabile", "sfratto esecutivo"]),
        })  # fmt: skip
        sap += service.upper() == "SAP"
        if not code:
            warned.append(line)
    expected: dict[str, Any] = {
        "taken": count - len(warned), "with_warnings": len(warned), "refused": [], "duplicates": [], "not_rows": 0,
        "warned_lines": warned, "header_row": 3, "sap": sap,
    }  # fmt: skip
    path = sheet.save(folder, f"domande{seed}", spreadsheet=chance.random() < 0.7)
    return Planted(path, "housing_application", len(sheet.lines), expected)


GRANT_HEADINGS = [
    "Anno", "Misura", "CF beneficiario", "Proprietario", "IBAN proprietario", "Mensilità", "Importo concesso",
    "Importo liquidato", "Data liquidazione",
]  # fmt: skip


def grants(folder: Path, seed: int, people: list[str | None], count: int = 60) -> Planted:
    """A register of grants."""
    chance = random.Random(f"grants {seed}")
    sheet = Sheet(chance, GRANT_HEADINGS, title=chance.random() < 0.5)
    warned: list[int] = []
    total = wrong_iban = 0
    codes = [code for code in people if code]
    for _ in range(count):
        code = chance.choice(["", *[chance.choice(codes) for _ in range(12)]])
        account, cents = iban(chance), chance.randint(10_000, 400_000)
        wrong = chance.random() < 0.1
        if wrong:
            account = account[:-1] + str((int(account[-1]) + 1) % 10)
        settled = chance.random() < 0.8
        line = sheet.add({
            "Anno": str(chance.choice([2023, 2024])),
            "Misura": chance.choice(["Misura Unica", "Fondo morosità incolpevole", "Morosità incolpevole"]),
            "CF beneficiario": chance.choice([code, code.lower()]),
            "Proprietario": chance.choice(CP1252_SURNAMES),
            "IBAN proprietario": account,
            "Mensilità": str(chance.randint(1, 10)),
            "Importo concesso": money(chance, cents),
            "Importo liquidato": money(chance, cents) if settled else "",
            "Data liquidazione": day(chance, (2024, 2024)) if settled else "",
        })  # fmt: skip
        total += cents
        wrong_iban += wrong
        if wrong or not code:
            warned.append(line)
    expected: dict[str, Any] = {
        "taken": count - len(warned), "with_warnings": len(warned), "refused": [], "duplicates": [], "not_rows": 0,
        "warned_lines": warned, "granted_cents": total, "wrong_iban": wrong_iban,
    }  # fmt: skip
    return Planted(sheet.save(folder, f"contributi{seed}"), "intervention", len(sheet.lines), expected)
