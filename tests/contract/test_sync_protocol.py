"""What `docs/sync-protocol.md` says in numbers and bytes is what the program does."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import chain, envelope, protocol, signing
from ala_desktop.sync.messages import unpack_page
from tests import golden
from tests.golden import DOCUMENT

TEXT = DOCUMENT.read_text(encoding="utf-8")
VECTORS = golden.vectors_in(TEXT)


def test_every_table_and_vector_is_what_the_program_makes():
    assert golden.filled(TEXT) == TEXT, "run python -m tests.golden, and see what changed on the wire"


def test_the_frame_of_the_document_opens():
    sealed = bytes.fromhex(VECTORS["frame"]["sealed"])
    frame = envelope.split(sealed)
    envelope.verify(sealed, frame, bytes.fromhex(VECTORS["keys"]["device_sign_key"]))
    transactions = envelope.open_lines(frame, chain.START)
    lines = [line.encode() for line in VECTORS["chain"]["lines"]]
    assert protocol.decode_lines(lines)[0] == transactions
    assert (frame.hash, frame.header.head) == (VECTORS["frame"]["name"], VECTORS["chain"]["heads"][-1])


def test_the_page_of_the_document_follows_its_chain():
    head, arrived = unpack_page(bytes.fromhex(VECTORS["log"]["page"]))
    (item,) = arrived
    assert item.sealed is None
    assert chain.hub_chain(VECTORS["log"]["chains"][1], item.entry) == head.head.chain == VECTORS["log"]["chains"][2]


def test_the_signatures_of_the_document_hold():
    told = VECTORS["signatures"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["keys"]["device_sign_seed"])).public_key()
    key.verify(bytes.fromhex(told["request_signature"]), told["request_signed"].encode())
    hub_key, nonce = bytes.fromhex(VECTORS["keys"]["hub_key"]), golden.NONCE
    reply = nonce, told["reply_status"], told["reply_body"].encode(), told["reply_signature"]
    assert signing.reply_is_signed(*reply, hub_key)
    assert not signing.reply_is_signed(*reply[:1], 200, *reply[2:], hub_key)


def test_every_rule_that_the_code_names_is_in_the_index():
    rows = re.findall(r"^\| (\d.*) \|$", TEXT.split("## Index of rules")[1], re.MULTILINE)
    indexed = {int(cell) for row in rows for cell in row.split(" | ")[::2] if cell.strip()}
    named: set[int] = set()
    for path in (DOCUMENT.parents[1] / "ala_desktop").rglob("*.py"):
        for rules in re.findall(r"SYNC (\d[\d, ]*(?:(?:and|to) \d+)?)", path.read_text(encoding="utf-8")):
            named |= set(map(int, re.findall(r"\d+", rules)))
    assert len(named) > 15
    assert named <= indexed, sorted(named - indexed)
