"""Writes `docs/openapi.json`, the description of the hub's paths, from the messages and the table of errors.

    .venv/bin/python -m tools.openapi

The hub does not serve it: a path that answers without a signature is one that a stranger can ask, and nobody needs this
at run time. A test compares the file with what this makes, and the hub's answers with the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from ala_desktop.sync import signing
from ala_desktop.sync.declined import ERRORS
from ala_desktop.sync.messages import (
    COMPARE,
    DEVICES,
    ENROL,
    KEYBOX,
    MOST_MESSAGE_BYTES,
    MOST_OFFER_BYTES,
    OFFER,
    PULL,
    PUSH,
    RECALL,
    SHEET,
    SHOW_SHEET,
    SNAPSHOT,
    TENANTS,
    Common,
    Compare,
    DeviceCard,
    Enrolled,
    EnrolRequest,
    FoundSheet,
    KeyParcel,
    LeftSheet,
    Missing,
    Offer,
    PushReply,
    ShownSheet,
    TenantHead,
)
from ala_desktop.sync.pieces import BLOB, MOST_PIECE_BYTES, UPLOAD, Uploaded
from ala_desktop.sync.protocol import MOST_FRAME_BYTES

FILE = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"
_JSON, _BYTES = "application/json", "application/octet-stream"
_HASH, _SIGNATURE, _NONCE = "^[0-9a-f]{64}$", "^[0-9a-f]{128}$", "^[0-9a-f]{32}$"
_ANYWHERE = ("bad_request", "too_large", "unknown_device", "bad_signature", "repeated_nonce", "revoked", "busy", "full",
             "fault")  # fmt: skip
_AT_A_HASH = (*_ANYWHERE, "unknown_path")
_MESSAGES = (EnrolRequest, Enrolled, DeviceCard, KeyParcel, PushReply, TenantHead, LeftSheet, ShownSheet, FoundSheet,
             Uploaded, Compare, Common, Offer, Missing)  # fmt: skip
_TITLE = """\
What desktops and the hub say to each other. Bodies are the bytes of `docs/sync-protocol.md`; here are paths, messages
and errors. Every answer, errors included, carries the hub's signature over the request's nonce, status and body;
what is answered without one does not come from the hub. A method that a path does not take is `unknown_path`."""


def document() -> dict[str, Any]:
    """The description, as OpenAPI 3.1."""
    _, schemas = msgspec.json.schema_components(_MESSAGES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "ALA hub", "version": "1", "description": _TITLE.replace("\n", " ")},
        "paths": {
            ENROL: {"post": _enrol()},
            PUSH: {"post": _push()},
            PULL: {"get": _pull()},
            DEVICES: {"get": _devices()},
            TENANTS: {"get": _tenants()},
            SNAPSHOT: {"get": _snapshot()},
            f"{UPLOAD}/{{hash}}": {"get": _uploaded(), "put": _put_piece()},
            f"{BLOB}/{{hash}}": {"get": _blob(), "post": _keep_blob()},
            KEYBOX: {"get": _fetch_key(), "post": _put_key()},
            SHEET: {"post": _leave_sheet()},
            SHOW_SHEET: {"post": _show_sheet()},
            COMPARE: {"post": _compare()},
            OFFER: {"post": _offer()},
            f"{OFFER}/{{hash}}": {"put": _put_offered()},
            RECALL: {"post": _recall()},
        },
        "components": {"schemas": _plain(schemas) | _errors(), "parameters": _parameters()},
    }


def text() -> str:
    """The file."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _enrol() -> dict[str, Any]:
    return _operation(
        "enrol", "Join the hub with a one-time code; signed with the key that the body names, for an empty hub id.",
        _json("EnrolRequest"), _json("Enrolled"), (*_ANYWHERE, "bad_code", "other_comune", "other_keys"),
        most=MOST_MESSAGE_BYTES, heads={signing.HUB_KEY: _head("the hub's public key", _HASH)},
    )  # fmt: skip


def _push() -> dict[str, Any]:
    codes = (*_ANYWHERE, "bad_frame", "foreign_tenant", "foreign_hub", "broken_chain", "behind", "bad_upload")
    upload = _query("upload", "hash of a frame that was uploaded; then the body is empty", _OF_HASH, required=False)
    return _operation(
        "push", "Take a sealed frame. Its place is a hint; acknowledged is what `pull` brings back.",
        {_BYTES: {"schema": {}}}, _json("PushReply"), codes, query=[upload], most=MOST_FRAME_BYTES,
    )  # fmt: skip


def _pull() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
    query = [
        _query("epoch", "of the position asked from", number),
        _query("after", "its seq", number),
        _query("chain", "the hub's chain there", {"type": "string", "pattern": _HASH}),
        _query("skip", "bytes after the head that are not sent, though signed", _OFFSET, required=False),
        _query("whole", "1: with the bytes of the device's own frames", {"const": "1"}, required=False),
        _TENANT,
        _query("told", "digests of the device's state, to compare", {"type": "string"}, required=False),
    ]
    return _operation(
        "pull", "A page of the log after a position: head, then entry and frame by turns, each with its length before.",
        None, {_BYTES: {"schema": {}}}, (*_ANYWHERE, "foreign_tenant", "unknown_position"), query=query,
    )  # fmt: skip


def _devices() -> dict[str, Any]:
    cards = {"type": "array", "items": {"$ref": "#/components/schemas/DeviceCard"}}
    words = "The devices whose frames may stand in a log."
    codes = (*_ANYWHERE, "foreign_tenant")
    return _operation("devices", words, None, {_JSON: {"schema": cards}}, codes, query=[_TENANT])


def _tenants() -> dict[str, Any]:
    heads = {"type": "array", "items": {"$ref": "#/components/schemas/TenantHead"}}
    words = "Where the log of each comune ends; for ALA's devices alone."
    return _operation("tenants", words, None, {_JSON: {"schema": heads}}, (*_ANYWHERE, "foreign_tenant"))


def _snapshot() -> dict[str, Any]:
    words = "The hub's frame that names the newest snapshot of a log; nothing where there is none."
    return _operation(
        "snapshot", words, None, {_BYTES: {"schema": {}}}, (*_ANYWHERE, "foreign_tenant"), query=[_TENANT]
    )


def _uploaded() -> dict[str, Any]:
    words = "How much of an upload is here, and whether it is an attachment already."
    return _operation("uploaded", words, None, _json("Uploaded"), _AT_A_HASH, query=[_NAME])


def _put_piece() -> dict[str, Any]:
    words = "Take a piece of an upload; one that does not begin where the last one ended is left, as the answer tells."
    return _operation(
        "put_piece", words, {_BYTES: {"schema": {}}}, _json("Uploaded"), _AT_A_HASH,
        query=[_NAME, _query("at", "where it begins", _OFFSET)], most=MOST_PIECE_BYTES,
    )  # fmt: skip


def _keep_blob() -> dict[str, Any]:
    words = "Keep what was uploaded as an attachment of the comune."
    codes = (*_AT_A_HASH, "bad_upload", "no_room")
    return _operation("keep_blob", words, None, _json("Uploaded"), codes, query=[_NAME])


def _blob() -> dict[str, Any]:
    query = [_NAME, _query("at", "from which byte on", _OFFSET), _TENANT]
    codes = (*_AT_A_HASH, "foreign_tenant", "unknown_blob")
    words = f"At most {MOST_PIECE_BYTES} bytes of an attachment; none at its end."
    return _operation("blob", words, None, {_BYTES: {"schema": {}}}, codes, query=query)


def _fetch_key() -> dict[str, Any]:
    words = "The comune's wrapped key that waits for this device; an empty blob when none does."
    return _operation("fetch_key", words, None, _json("KeyParcel"), _ANYWHERE)


def _put_key() -> dict[str, Any]:
    empty = {_JSON: {"schema": {"type": "object", "maxProperties": 0}}}
    return _operation(
        "put_key", "Keep the comune's wrapped key for another device.", _json("KeyParcel"), empty, _ANYWHERE,
        most=MOST_MESSAGE_BYTES,
    )  # fmt: skip


def _leave_sheet() -> dict[str, Any]:
    empty = {_JSON: {"schema": {"type": "object", "maxProperties": 0}}}
    return _operation(
        "leave_sheet", "Keep the comune's key, wrapped under the recovery sheet of the asking device.",
        _json("LeftSheet"), empty, _ANYWHERE, most=MOST_MESSAGE_BYTES,
    )  # fmt: skip


def _show_sheet() -> dict[str, Any]:
    return _operation(
        "show_sheet", "What a device of the comune left under the recovery sheet that is shown.",
        _json("ShownSheet"), _json("FoundSheet"), (*_ANYWHERE, "no_sheet", "bad_sheet", "too_many_tries"),
        most=MOST_MESSAGE_BYTES,
    )  # fmt: skip


def _compare() -> dict[str, Any]:
    return _operation(
        "compare", "Which of these places of the device's log the hub knows; indexes, or -1 for the beginning.",
        _json("Compare"), _json("Common"), (*_ANYWHERE, "foreign_tenant"), query=[_TENANT, _CARD],
        most=MOST_MESSAGE_BYTES,
    )  # fmt: skip


def _offer() -> dict[str, Any]:
    codes = ("foreign_tenant", "unknown_position", "bad_frame", "other_keys", "other_comune")
    return _operation(
        "offer", "A stretch of the log that the hub once signed and may have lost. Frames that it lacks are named; "
        "none: it was taken up, or was known.",
        _json("Offer"), _json("Missing"), (*_ANYWHERE, *codes), query=[_TENANT, _CARD], most=MOST_OFFER_BYTES,
    )  # fmt: skip


def _put_offered() -> dict[str, Any]:
    empty = {_JSON: {"schema": {"type": "object", "maxProperties": 0}}}
    return _operation(
        "put_offered", "A frame that an offer lacks, as it was sealed.", {_BYTES: {"schema": {}}}, empty,
        (*_AT_A_HASH, "foreign_tenant", "bad_frame"), query=[_NAME, _TENANT, _CARD], most=MOST_FRAME_BYTES,
    )  # fmt: skip


def _recall() -> dict[str, Any]:
    empty = {_JSON: {"schema": {"type": "object", "maxProperties": 0}}}
    words = "Let the device in again that the hub forgot, by its certificate."
    return _operation("recall", words, None, empty, _ANYWHERE, query=[_CARD])


def _operation(
    name: str, words: str, body: dict[str, Any] | None, answer: dict[str, Any], codes: Iterable[str], *,
    query: Iterable[dict[str, Any]] = (), most: int = 0, heads: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    always = {signing.SIGNATURE: _head("over the nonce, the status and the body", _SIGNATURE)} | (heads or {})
    answers = {"200": {"description": "Done.", "headers": always, "content": answer}}
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(ERRORS[code].status, []).append(code)
    for status, found in sorted(by_status.items()):
        answers[str(status)] = {
            "description": " ".join(f"`{code}`: {ERRORS[code].meaning}." for code in found),
            "headers": always,
            "content": {_JSON: {"schema": {"oneOf": [_ref(_error_name(code)) for code in found]}}},
        }
    made: dict[str, Any] = {"operationId": name, "summary": words}
    made["parameters"] = [*query, *({"$ref": f"#/components/parameters/{one}"} for one in _parameters())]
    if body is not None:
        made["requestBody"] = {"required": True, "description": f"At most {most} bytes.", "content": body}
    return made | {"responses": answers}


def _json(name: str) -> dict[str, Any]:
    return {_JSON: {"schema": _ref(name)}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _head(words: str, pattern: str) -> dict[str, Any]:
    return {"description": words, "required": True, "schema": {"type": "string", "pattern": pattern}}


def _query(name: str, words: str, schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": words, "schema": schema}


_OF_HASH = {"type": "string", "pattern": _HASH}
_OFFSET = {"type": "integer", "minimum": 0, "maximum": 10**9 - 1}
_NAME = {"name": "hash", "in": "path", "required": True, "description": "BLAKE2b (32 bytes) of the whole",
         "schema": _OF_HASH}  # fmt: skip
_TENANT = _query("tenant", "whose log; left out, the device's own", {"type": "string", "maxLength": 64}, required=False)


_CARD = {"name": signing.CARD, "in": "header", "required": False, "schema": {"type": "string"},
         "description": "the device's certificate, base64url: of a device that the hub may have forgotten"}  # fmt: skip


def _parameters() -> dict[str, Any]:
    heads = {
        signing.DEVICE: ("id of the asking device", "^[0-9a-z]{1,64}$"),
        signing.NONCE: ("random, used once", _NONCE),
        signing.BODY: ("BLAKE2b (32 bytes) of the body", _HASH),
        signing.SIGNATURE: ("of the device, over method, target, body, nonce and the hub's id", _SIGNATURE),
    }
    return {name: {"name": name, "in": "header"} | _head(words, pattern) for name, (words, pattern) in heads.items()}


def _errors() -> dict[str, Any]:
    """A schema for each line of the table of errors."""
    return {
        _error_name(code): {
            "type": "object",
            "required": ["error", "number", "detail"],
            "properties": {
                "error": {"const": code},
                "number": {"const": error.number},
                "detail": {"type": "string", "description": "for a log, in English"},
            },
        }
        for code, error in ERRORS.items()
    }


def _error_name(code: str) -> str:
    return "Error_" + code


def _plain(schemas: Any) -> Any:
    """Schemas without what patterns need in Python alone, and without docstrings, which are for developers."""
    if isinstance(schemas, dict):
        return {name: _plain(value) for name, value in schemas.items() if name != "description"}
    if isinstance(schemas, list):
        return [_plain(value) for value in schemas]
    return schemas.replace(r"(?!\n)", "") if isinstance(schemas, str) else schemas


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
