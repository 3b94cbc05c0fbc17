"""Golden vectors and tables of `docs/sync-protocol.md`, made by the program from fixed keys.

    python -m tests.golden

writes them into the document anew; `tests/contract/test_sync_protocol.py` compares.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.hub import asking, devices, judging, sheets, uploads
from ala_desktop.models.catalog import build
from ala_desktop.models.keyring import sheet_secret
from ala_desktop.sync import (
    chain,
    envelope,
    keybox,
    letters,
    messages,
    notices,
    parcels,
    pieces,
    protocol,
    sheet,
    signing,
    snapshot,
)  # fmt: skip
from ala_desktop.sync.declined import ERRORS
from ala_desktop.sync.ledger import Ledger, Line, Link, Spot
from ala_desktop.sync.messages import Page, PageHead
from ala_desktop.sync.protocol import Arrived, Entry, Header, Op, Position, Refused, encode
from ala_desktop.sync.sealing import ComuneKey
from ala_desktop.sync.state import Claim, Folded, Stamp, State
from tests.golden_fold import cases

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "sync-protocol.md"
TENANT, DEVICE, INCARNATION = "A995", "1" * 32, "a" * 16
RECORD, AT = "0193" + "b" * 28, "2026-11-22T09:00:00Z"
SIGN = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
BOX = X25519PrivateKey.from_private_bytes(b"\2" * 32)
HUB = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
OTHER_SIGN = Ed25519PrivateKey.from_private_bytes(b"\4" * 32)
OTHER_BOX = X25519PrivateKey.from_private_bytes(b"\5" * 32)
COMUNE_KEY = ComuneKey(b"\6" * 64)
SECRET = "07" * 32
NONCE = "08" * 16
HUB_ID = signing.hub_id(HUB.public_key().public_bytes_raw())

OPS = [
    Op("housing_unit", RECORD, None, {"address": "Via Garibaldi 4, Sant'Angelo", "code": "BL-0001"}, []),
    Op("housing_unit", RECORD, 1, {"address": ("Via Garibaldi 4, Sant'Angelo", 'Corso "Vecchio" 4 è')}, []),
    Op("household", "0194" + "c" * 28, None,
       {"name": "Famiglia", "notes": COMUNE_KEY.seal("household", "0194" + "c" * 28, "notes", "Riservato")}, []),
]  # fmt: skip
LINES = [
    protocol.line_of(AT, "Piera Invernizzi", None, [encode(OPS[0])]),
    protocol.line_of(AT, "Piera Invernizzi", "import-1", [encode(OPS[1]), encode(OPS[2])]),
]
HEADS = [chain.START]
HEADS.append(chain.device_head(chain.START, SECRET, [protocol.split_line(LINES[0])]))
HEADS.append(chain.device_head(chain.START, SECRET, [protocol.split_line(line) for line in LINES]))
PAYLOAD = envelope.Payload(SECRET, LINES).joined()
HEADER = Header(
    hub=HUB_ID, tenant=TENANT, device=DEVICE, device_name="PC 1", incarnation=INCARNATION, batch="9" * 32, first=1,
    count=2, head=HEADS[2], previous="", size=len(PAYLOAD), codec=protocol.CODEC,
    seen=[(1, 0, chain.START)],
)  # fmt: skip
SEALED = envelope.seal(HEADER, PAYLOAD, SIGN)
SHEET_CODE = "7F3K-Q9WD-0M2X-HT8B-4ZPC-V6NJ-1YRA"
SHEET_BLOB = (
    '{"nonce":"0a0a0a0a0a0a0a0a0a0a0a0a","sealed":"'
    "4a3ada0f5b7fc6f148d1361d67a3e2041a73c7337b1eaff89a6cc875ef9a1e06cc49a6d845aaba7b0f29351a5e633a60"
    '6460cd13e9d1f56a1579b139170a8b8185bcab699af5f0c788acb0066ad22e45"}'
)
BLOB = (
    '{"moment":"f77ff4b10788bfdca62ca0bb160d427cf5762d85f2b5cad6807ec9c3febbde09","sealed":"'
    "9dd7e09618d08e363a4010f9a09f558976799798968aa3834b4a30f0f106b21b32bc3f3e1861c9d0125a079e72ba9f09b8eb78f1e533916d"
    'bdb9bcb846c17681e04f302761e6e1bfd0a09a1d651b667a","sender":"11111111111111111111111111111111","signature":"'
    "efe8fb4b2ba37e439ec4338ab35f17f08951a75c5e85b30b50f071858167ea276b30ec81128642a26e823e4f992dabdf78749892f91eb11a"
    '3fec66457805530f"}'
)
"""The comune's key, wrapped once by device 1 for the other; made with a key of the moment, hence not made anew."""


def _card(device: str, sign: Ed25519PrivateKey, box: X25519PrivateKey) -> keybox.Card:
    return keybox.Card(device, sign.public_key().public_bytes_raw(), box.public_key().public_bytes_raw())


ONE, OTHER = _card(DEVICE, SIGN, BOX), _card("2" * 32, OTHER_SIGN, OTHER_BOX)


def keys() -> dict[str, Any]:
    """Public keys, names that follow from them, and a seal."""
    record = "0194" + "c" * 28
    return {
        "device_sign_seed": "01" * 32, "device_sign_key": ONE.sign_key.hex(),
        "device_box_seed": "02" * 32, "device_box_key": ONE.box_key.hex(),
        "hub_seed": "03" * 32, "hub_key": HUB.public_key().public_bytes_raw().hex(), "hub_id": HUB_ID,
        "comune_key": "06" * 64, "comune_key_fingerprint": COMUNE_KEY.fingerprint,
        "seal": {"kind": "household", "record": record, "field": "notes", "value": "Riservato",
                 "sealed": COMUNE_KEY.seal("household", record, "notes", "Riservato")},
    }  # fmt: skip


def device_chain() -> dict[str, Any]:
    """Two transactions, the salts of their ops, and the chain after each."""
    return {
        "secret": SECRET,
        "lines": [line.decode() for line in LINES],
        "salts": [salt.hex() for salt in chain.salts(SECRET, len(OPS))],
        "metas": [protocol.split_line(line)[0].decode() for line in LINES],
        "heads": HEADS,
    }


def frame(written: dict[str, Any]) -> dict[str, Any]:
    """The two transactions as a frame. The compressed bytes of `written` are kept if they open to the same."""
    header = protocol.encode_header(HEADER)
    sealed, start = SEALED, 8 + len(header) + 64
    before = bytes.fromhex(written.get("sealed", ""))
    if before[:start] == sealed[:start]:
        payload = envelope.payload_of(envelope.split(before))
        sealed = before if payload.joined() == PAYLOAD else sealed
    return {
        "header": header.decode(), "name": chain.header_hash(header),
        "signature": sealed[8 + len(header) : start].hex(), "sealed": sealed.hex(),
    }  # fmt: skip


def _entries() -> list[Entry]:
    detail = f"{protocol.REASONS['bad_value']}: prova"
    return [Entry(1, 2, chain.header_hash(protocol.encode_header(HEADER)), []),
            Entry(3, 4, "f" * 64, [Refused(1, "bad_value", detail)])]  # fmt: skip


def log() -> dict[str, Any]:
    """Two entries, the chain after each, and a page after the first one: an own frame, as a stub."""
    entries = _entries()
    first = chain.hub_chain(chain.START, entries[0])
    second = chain.hub_chain(first, entries[1])
    end = Position(1, 6, second)
    signature = signing.sign_place(HUB_ID, TENANT, end, HUB)
    page = Page(PageHead(end, 2, place=end, signature=signature), [Arrived(entries[1], None)])
    return {
        "entries": [encode(entry).decode() for entry in entries], "chains": [chain.START, first, second],
        "place_signature": signature, "page": messages.pack_page(page).hex(),
    }  # fmt: skip


def told() -> dict[str, Any]:
    """The hub's own frames: their lines, headers and names."""
    said: dict[str, notices.Notice] = {
        "enrolment": notices.Enrolment(AT, DEVICE, "PC 1", 1, ONE.sign_key.hex(), ONE.box_key.hex()),
        "revocation": notices.Revocation(AT, DEVICE, 1),
        "lease": notices.Lease(AT, DEVICE),
        "snapshot": notices.Photograph(
            AT, 1, 6, "e" * 64, 1, photograph()["digest"], [(pieces.name_of(b"a part"), len(b"a part"))]
        ),
        "horizon": notices.Horizon(AT, 6),
        "graft": notices.Graft(2, chain.START, _entries()),
    }
    vectors: dict[str, Any] = {}
    for name, notice in said.items():
        frame = envelope.split(notices.seal_notice(notice, TENANT, HUB_ID, HUB))
        vectors[name] = {"line": encode(notice).decode(), "header": frame.header_bytes.decode(), "name": frame.hash}
    return vectors


def photograph() -> dict[str, Any]:
    """A small snapshot: a unit with an edited and a discordant address, a line that grew out of another."""
    catalog, device, after = build(), "1" * 32, "f" * 64
    state, ledger = State(catalog), Ledger(lambda _: None)
    unit = Folded("housing_unit", {"address": "Via Po", "code": "BL-0001"}, None, Stamp(1, INCARNATION))
    unit.stamps["address"] = Stamp(3, INCARNATION)
    unit.claims["address", "b" * 16] = Claim(
        "housing_unit", RECORD, "address", "b" * 16, 4, "Via Adda", "Via Roma", "Rosa", "PC 2", AT, rectification=False
    )
    state.add(RECORD, unit)
    entry = Entry(1, 3, "c" * 64, [Refused(1, "bad_value", "Codice")])
    ledger.put(Spot(entry, device, INCARNATION, 4, "d" * 64, INCARNATION, 3), chain.hub_chain(chain.START, entry))
    ledger.lines = {
        INCARNATION: Line(INCARNATION, INCARNATION, 3, "", 0),
        f"{INCARNATION}~5": Line(f"{INCARNATION}~5", INCARNATION, 5, INCARNATION, 3),
    }
    ledger.links = {after: Link(chain.START, entry)}
    place = Position(2, 3, chain.hub_chain(chain.START, entry))
    packed = snapshot.pack(TENANT, snapshot.Opened(place, state, ledger, device))
    content = b"".join(zstandard.ZstdDecompressor().decompress(part) for part in packed.parts)
    return {"content": content.decode(), "digest": packed.digest}


def signatures() -> dict[str, Any]:
    """A pull, and the hub's answer that it does not know the position."""
    target = f"/v1/pull?after=6&chain={'e' * 64}&epoch=1"
    request = signing.Request(HUB_ID, "GET", target, DEVICE, NONCE, signing.body_hash(b""))
    error = ERRORS["unknown_position"]
    body = encode(messages.ErrorReply("unknown_position", error.number, "1.6"))
    return {
        "request_signed": request.signed_bytes().decode(), "request_signature": signing.sign_request(request, SIGN),
        "reply_status": error.status, "reply_body": body.decode(),
        "reply_signature": signing.sign_reply(NONCE, error.status, body, HUB),
    }  # fmt: skip


def wrapped() -> dict[str, Any]:
    """The comune's key from one device to the other, and the digits on both screens."""
    return {
        "tenant": TENANT, "sender": ONE.device, "receiver": OTHER.device, "receiver_box_seed": "05" * 32,
        "receiver_sign_key": OTHER.sign_key.hex(), "receiver_box_key": OTHER.box_key.hex(), "blob": BLOB,
        "opened": keybox.unwrap(BLOB, TENANT, ONE, OTHER, OTHER_BOX).hex(),
        "fingerprint": keybox.fingerprint(TENANT, ONE, OTHER),
    }  # fmt: skip


def under_sheet() -> dict[str, Any]:
    """The comune's key as a device leaves it under its recovery sheet."""
    secret = sheet_secret(SHEET_CODE)
    token = sheet.token_of(secret, TENANT)
    return {
        "tenant": TENANT, "device": DEVICE, "code": SHEET_CODE, "secret": secret.hex(), "token": token,
        "name": sheet.name_of(token), "blob": SHEET_BLOB,
        "opened": sheet.unwrap(SHEET_BLOB, secret, TENANT, DEVICE).hex(),
    }  # fmt: skip


LIMITS = {
    "ops of a transaction": protocol.MOST_OPS,
    "bytes of a transaction's line": protocol.MOST_TRANSACTION_BYTES,
    "transactions of a frame": protocol.MOST_OPS,
    "bytes of a sealed frame": protocol.MOST_FRAME_BYTES,
    "bytes of a frame's content, decompressed": protocol.MOST_PAYLOAD_BYTES,
    "members of a frame's content": protocol.MOST_MEMBERS,
    "transactions of a page, about": messages.MOST_PAGE_TRANSACTIONS,
    "bytes of frames of a page, about": messages.MOST_PAGE_BYTES,
    "bytes of any answer": messages.MOST_ANSWER_BYTES,
    "bytes of a request that is no frame": messages.MOST_MESSAGE_BYTES,
    "bytes of a piece, and of a frame in one request": pieces.MOST_PIECE_BYTES,
    "bytes of an attachment, sealed": pieces.MOST_BLOB_BYTES,
    "uploads of a device under way": uploads.MOST_UPLOADS,
    "pieces of an upload": uploads.MOST_PIECES,
    "days of an upload that nobody goes on with": uploads.UPLOAD_DAYS,
    "bytes of a comune's attachments": uploads.MOST_COMUNE_BYTES,
    "a whole number": judging.MOST_INT,
    "hours of an invitation": devices.HOURS,
    "wrong secrets of an invitation": devices.TRIES,
    "wrong recovery sheets of a device in a day": sheets.TRIES,
    "nonces remembered of a device": asking._REMEMBERED,  # pyright: ignore[reportPrivateUsage]
    "bytes of a letter or its answer": letters.MOST_LETTER_BYTES,
    "questions of a letter": letters.MOST_QUESTIONS,
    "bytes of a part of a parcel": parcels.MOST_PART_BYTES,
    "parts of a parcel": parcels.MOST_PARTS,
}


def tables() -> dict[str, list[str]]:
    """Rows of the document's tables."""
    return {
        "reasons": [f"| `{code}` | {text} |" for code, text in protocol.REASONS.items()],
        "errors": [f"| {e.number} | {e.status} | `{code}` | {e.meaning} |" for code, e in ERRORS.items()],
        "limits": [f"| {what} | {most:,} |" for what, most in LIMITS.items()],
    }


def filled(document: str) -> str:
    """The document with every vector and table as the program has it."""
    for name, rows in tables().items():
        region = re.compile(rf"(<!-- table: {name} -->\n[^\n]*\n[^\n]*\n).*?(<!-- end -->)", re.DOTALL)
        assert region.search(document), name
        document = region.sub(lambda found, rows=rows: found[1] + "\n".join([*rows, found[2]]), document)
    written = vectors_in(document)
    vectors: dict[str, Any] = {
        "keys": keys(), "chain": device_chain(), "frame": frame(written.get("frame", {})), "log": log(),
        "notices": told(), "snapshot": photograph(),
        "signatures": signatures(), "keybox": wrapped(), "sheet": under_sheet(), "fold": cases(),
    }  # fmt: skip
    for name, vector in vectors.items():
        region = re.compile(rf"<!-- vector: {name} -->\n(?:```json\n.*?```\n)?", re.DOTALL)
        assert region.search(document), name
        block = f"<!-- vector: {name} -->\n```json\n{spelt(vector)}\n```\n"
        document = region.sub(lambda _, block=block: block, document)
    return document


def vectors_in(document: str) -> dict[str, Any]:
    """The vectors that a document holds, by name."""
    found = re.findall(r"<!-- vector: (\w+) -->\n```json\n(.*?)```\n", document, re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def spelt(vector: Any) -> str:
    """A vector as JSON; a case of the fold on few lines."""
    if isinstance(vector, list):
        cases: list[dict[str, Any]] = vector
        return "[\n" + ",\n".join(_case(case) for case in cases) + "\n]"
    return json.dumps(vector, indent=1, ensure_ascii=False)


def _case(case: dict[str, Any]) -> str:
    members = [f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in case.items()]
    return " {\n" + ",\n".join(members) + "\n }"


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
