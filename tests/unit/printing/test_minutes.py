"""The minutes on paper: what DOMAIN 5 asks for, in its order, readable, complete, the same each time."""

from dataclasses import replace

import pytest
from reportlab.lib.pagesizes import A4

from ala_desktop.core.errors import Mendable
from ala_desktop.printing.minutes import render_minutes, write_minutes
from ala_desktop.printing.minutes_content import Annex, ConflictOfInterest, Item, Member, MinutesContent, Quorum
from ala_desktop.printing.page import RIGHT
from ala_desktop.rules.votes import Tally
from tests.unit.printing import pdf_reading
from tests.unit.printing.minutes_factory import ITEMS, MEMBERS, draft, minutes


@pytest.fixture(scope="module")
def approved():
    return render_minutes(minutes())


@pytest.fixture(scope="module")
def words(approved):
    return pdf_reading.text(approved)


def printed(content):
    return pdf_reading.text(render_minutes(content))


def in_order(text, parts):
    """The parts that do not follow each other in `text`."""
    place, lost = 0, []
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            lost.append(part)
        else:
            place = found + len(part)
    return lost


def test_names_of_all_europe_can_be_read(words):
    assert [member.name for member in MEMBERS if member.name not in words] == []
    assert "Œdipe Lefèvre-Müller" in words
    assert "Åsa Ångström" in words


def test_the_sections_follow_the_order_of_the_law_of_the_house(words):
    sections = [
        "COMUNE DI BORGHETTO LODIGIANO",
        "Commissione Casa",
        "n. 7/2026",
        "22 novembre 2026",
        "Sala Giunta del Municipio",
        "nota prot. n. 4512",
        "1. Apertura, chiusura e sospensioni",
        "ore 17:30",
        "ore 19:25",
        "dalle 18:40 alle 18:50",
        "2. Componenti",
        "3. Presidenza e verbalizzazione",
        "Segretario verbalizzante",
        "4. Numero legale",
        "Componenti richiesti 3",
        "Componenti presenti 5",
        "raggiunto",
        "5. Ordine del giorno",
        "6. Trattazione dei punti",
        "Comunicazioni e note.",
        "Punto 1",
        "Punto 8",
        "7. Lettura e approvazione",
        "approvato il 22 novembre 2026",
        "8. Allegati",
        "9f86d0819f86d081",
        "Letto, confermato e sottoscritto.",
        "Protocollo n. ____",
        "(da compilare)",
    ]
    assert in_order(words, sections) == []


def test_an_item_tells_everything_in_order():
    item = Item(
        number="3 bis",
        subject="L'oggetto",
        case_code="D-1",
        treated_at="18:15",
        placing="Fuori sacco",
        report="La relazione",
        documents=("primo documento", "secondo documento"),
        discussion="La sintesi",
        conflicts=(ConflictOfInterest("Ada Źdźbło", left_room=True), ConflictOfInterest("Ugo Però", left_room=False)),
        proposal="La proposta",
        reasoning="La motivazione",
        decision="A votazione",
        votes=Tally(1, 2, 3, 4, 10),
        outcome="Respinta",
        unit="BL-0001",
        amount_cents=123456,
        months=8,
        term="2027-06-30",
        dissent="Il dissenso",
    )
    parts = [
        "6. Trattazione",
        "Punto 3 bis · pratica D-1 · fuori sacco · ore 18:15",
        "L'oggetto",
        "Relazione. La relazione",
        "Documenti esaminati. primo documento; secondo documento",
        "Discussione. La sintesi",
        "Ada Źdźbło dichiara un conflitto di interessi e lascia la sala",
        "Ugo Però dichiara un conflitto di interessi e resta in sala",
        "Proposta. La proposta",
        "Motivazione. La motivazione",
        "A votazione",
        "favorevoli 1, contrari 2, astenuti 3, non partecipano al voto 4",
        "Votanti presenti in sala 10, pari alla somma dei voti",
        "Esito Respinta",
        "Alloggio BL-0001",
        "Importo 1.234,56 €",
        "Mensilità 8",
        "Termine 30 giugno 2027",
        "Dissenso verbalizzato a richiesta. Il dissenso",
    ]
    assert in_order(printed(minutes(items=(item,))), parts) == []


def test_votes_that_do_not_add_up_are_not_hidden():
    item = replace(ITEMS[0], votes=Tally(3, 0, 0, 0, 5))
    assert "Votanti presenti in sala 5. ATTENZIONE: la somma dei voti è 3, non 5" in printed(minutes(items=(item,)))


def test_what_is_not_known_is_left_out_or_said_to_be_unknown():
    bare = MinutesContent("Comune di Lodi", "Commissione Casa", "2026-11-22", "bozza", Quorum(None, None, None))
    text = printed(bare)
    assert "Luogo non indicato" in text
    assert "Apertura non indicato" in text
    assert "Componenti presenti da verificare" in text
    assert "Nessun punto all'ordine del giorno." in text
    assert [word for word in ("Relazione", "Allegati", "Esito", "None") if word in text] == []


def test_a_sitting_without_quorum_is_told_deserted_and_decides_nothing():
    items = (Item("1", "Il primo punto", "D-1"), Item("2", "Il secondo punto"))
    text = printed(minutes(quorum=Quorum(4, 2, met=False), items=items))
    parts = [
        "Componenti presenti 2",
        "non raggiunto",
        "SEDUTA DESERTA.",
        "Non è assunta alcuna decisione.",
        "Il primo punto",
        "Nessun punto è stato trattato.",
    ]
    assert in_order(text, parts) == []
    assert "La seduta è valida" not in text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"number": "7/2026"}, "VERBALE DELLA SEDUTA n. 7/2026 Data"),
        (
            {"number": "", "emergency_number": "PC2-1/2026"},
            "VERBALE DELLA SEDUTA n. PC2-1/2026 del registro di emergenza Data",
        ),
        (
            {"number": "8/2026", "emergency_number": "PC2-1/2026"},
            "VERBALE DELLA SEDUTA n. 8/2026 (già n. PC2-1/2026 del registro di emergenza) Data",
        ),
        ({"number": ""}, "VERBALE DELLA SEDUTA senza numero Data"),
        ({"number": "", "state": "bozza"}, "VERBALE DELLA SEDUTA BOZZA senza numero Data"),
    ],
)
def test_the_number_is_told_for_what_it_is(fields, told):
    assert told in printed(minutes(**fields))


def test_the_place_tells_a_meeting_by_video():
    assert "Luogo in videoconferenza" in printed(minutes(place="", remote=True))
    assert "Luogo Sala Giunta, e in videoconferenza" in printed(minutes(place="Sala Giunta", remote=True))


def test_members_without_a_vote_are_told_once():
    members = (
        Member("Ada", "Relatore (senza voto)", "Presente", voting=False),
        Member("Ugo", "Componente", "Presente", position="Tecnico", voting=False),
    )
    text = printed(minutes(members=members))
    assert text.count("senza voto") == 2
    assert "Componente Tecnico senza voto" in text


@pytest.mark.parametrize("state", ["bozza", "in_lettura", "", "uno stato che non c'era"])
def test_a_draft_has_the_watermark_on_every_page(state):
    pdf = render_minutes(draft(state=state))
    marked = [piece.page for piece in pdf_reading.pieces(pdf) if piece.turned and piece.text == "BOZZA"]
    assert marked == list(range(1, len(pdf_reading.pages(pdf)) + 1))
    assert "non è ancora stato approvato" in pdf_reading.text(pdf)


@pytest.mark.parametrize("state", ["approvato", "firmato", "protocollato", "trasmesso"])
def test_closed_minutes_have_no_watermark(state):
    pdf = render_minutes(minutes(state=state))
    assert [piece for piece in pdf_reading.pieces(pdf) if piece.turned] == []
    assert "BOZZA" not in pdf_reading.text(pdf)


def test_every_page_tells_body_comune_and_number(approved):
    pages = pdf_reading.pages(approved)
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"Verbale n. 7/2026 · seduta del 22/11/2026 pagina {number} di {len(pages)}")
    assert [page for page in pages[1:] if not page.startswith("Comune di Borghetto Lodigiano · Commissione Casa")] == []


def test_nothing_is_printed_under_ten_points(approved):
    small = [piece for piece in pdf_reading.pieces(approved) if piece.size < 10]
    assert small == []
    assert len(pdf_reading.pieces(approved)) > 200


def test_every_font_is_embedded(approved):
    named = dict(pdf_reading.fonts(approved))
    assert len(named) == 3
    assert set(named.values()) == {True}


def test_every_page_is_a4(approved):
    for page in pdf_reading.reader(approved).pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4, abs=0.01)


def test_the_properties_name_the_body_and_nobody(approved):
    told = pdf_reading.reader(approved).metadata
    assert told is not None
    assert told.author == "Comune di Borghetto Lodigiano - Commissione Casa"
    assert told.title is not None
    assert told.title.startswith("Verbale n. 7/2026 - Commissione Casa")
    properties = " ".join(str(value) for value in told.values())
    assert [member.name for member in MEMBERS if member.name in properties] == []


def test_the_same_content_gives_the_same_bytes(approved):
    assert render_minutes(minutes()) == approved
    assert render_minutes(minutes(closed="19:26")) != approved


@pytest.mark.parametrize("lines", range(0, 60, 5))
def test_the_signatures_are_never_split_over_pages(lines):
    pages = pdf_reading.pages(render_minutes(minutes(items=(), remarks="Una riga di comunicazioni.\n" * lines)))
    last = pages[-1]
    parts = [
        "Letto, confermato",
        "Presidente Segretario",
        "Đurđica Žižek",
        "Œdipe Lefèvre-Müller",
        "Protocollo",
        "compilare",
    ]
    assert in_order(last, parts) == []
    assert [page for page in pages[:-1] if "Letto, confermato" in page or "Protocollo n." in page] == []


@pytest.mark.parametrize("lines", range(0, 60, 5))
@pytest.mark.parametrize("annexes", [(), (Annex("Il solo allegato", "ab" * 32),)])
def test_the_signatures_never_stand_on_a_page_alone(lines, annexes):
    content = minutes(items=(), remarks="Una riga di comunicazioni.\n" * lines, annexes=annexes)
    last = pdf_reading.pages(render_minutes(content))[-1]
    assert in_order(last, ["Il solo allegato" if annexes else "7. Lettura e approvazione", "Letto, confermato"]) == []


@pytest.mark.parametrize("lines", range(30))
def test_an_outcome_never_begins_a_page_alone(lines):
    decided = Item(
        "1", "Oggetto", proposal="Proposta breve.", decision="A votazione", outcome="Accolta", unit="BL-0001"
    )
    item = replace(decided, report="Una riga di relazione.\n" * lines)
    pages = pdf_reading.pages(render_minutes(minutes(items=(item,), members=())))
    assert [page for page in pages if "Proposta breve. Modo della decisione A votazione Esito Accolta Alloggio" in page]


def test_forty_items_are_all_printed():
    items = tuple(
        replace(ITEMS[place % 8], number=str(place + 1), subject=f"Oggetto numero {place + 1}.") for place in range(40)
    )
    pdf = render_minutes(minutes(items=items))
    text = pdf_reading.text(pdf)
    assert [place for place in range(1, 41) if text.count(f"Oggetto numero {place}.") < 2] == []
    assert f"pagina 1 di {len(pdf_reading.pages(pdf))}" in text


def test_texts_of_many_pages_are_printed_whole():
    long = "\n".join(f"riga{place} " + "parola " * 30 for place in range(300))
    item = Item(
        "1", "Oggetto", report=long, discussion=long, proposal=long, reasoning=long, outcome="Accolta", dissent=long
    )
    text = printed(minutes(items=(item,), remarks=long, suspensions=long[:4000]))
    assert [place for place in range(300) if text.count(f"riga{place} ") < 6] == []


def test_a_long_line_without_ends_is_printed_whole():
    long = " ".join(f"parola{place}" for place in range(3000))
    members = (replace(MEMBERS[0], name=long[:9000]),)
    text = printed(minutes(items=(Item("1", "Oggetto", report=long, unit=long, outcome="Accolta"),), members=members))
    assert [place for place in range(3000) if text.count(f"parola{place} ") < 2] == []


def test_long_words_are_broken_inside_the_page():
    word = "Donaudampfschifffahrtsgesellschaft" * 12
    item = replace(ITEMS[0], subject=word, report=word, unit=word, documents=(word,), outcome=word, case_code=word)
    content = minutes(
        body=word, authority=word, place=word, convocation=word, chair=word, secretary=word, items=(item,),
        members=(Member(word, word, word, position=word, delegate=word),), annexes=(Annex(word, "f" * 64),),
    )  # fmt: skip
    pdf = render_minutes(content)
    assert max(pdf_reading.line_ends(pdf)) <= A4[0] - RIGHT + 1
    assert pdf_reading.text(pdf).replace(" ", "").count(word) >= 14


def test_markup_and_control_characters_in_every_field_are_printed_as_text():
    typed = '<b>&"\'<img src="x"/></para>'
    member = Member(typed, typed, typed, position=typed, delegate=typed)
    item = Item(
        typed, typed, case_code=typed, placing=typed, report=typed, documents=(typed,), discussion=typed,
        conflicts=(ConflictOfInterest(typed, left_room=True),), proposal=typed, reasoning=typed, decision=typed,
        outcome=typed, unit=typed, dissent=typed,
    )  # fmt: skip
    content = minutes(
        authority=typed, province=typed, body=typed, number=typed, place=typed, convocation=typed, suspensions=typed,
        members=(member,), chair=typed, secretary=typed, remarks=typed + "\x00\x07\u202e", items=(item,),
        annexes=(Annex(typed, typed),),
    )  # fmt: skip
    squeezed = printed(content).replace(" ", "")
    assert squeezed.lower().count(typed.replace(" ", "").lower()) >= 30
    assert not {"\x00", "\x07", "\u202e"} & set(squeezed)


def test_text_in_other_alphabets_is_printed():
    text = printed(minutes(remarks="Γεώργιος Παπαδόπουλος, Олександр Шевченко, ISEE ≤ 9.360 €, ☑ visto, Երևան"))
    assert "Γεώργιος Παπαδόπουλος, Олександр Шевченко, ISEE ≤ 9.360 €, ☑ visto, Երևան" in text


def test_minutes_are_written_to_a_file(tmp_path, approved):
    write_minutes(minutes(), tmp_path / "verbale.pdf")
    assert (tmp_path / "verbale.pdf").read_bytes() == approved


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Mendable):
        write_minutes(minutes(), tmp_path / "nessuna" / "verbale.pdf")
