"""Requests made at random from the hub's own description, by schemathesis, over HTTP to a real hub.

Most are signed by an enrolled device over whatever they have become, so that fuzzing goes past the signature.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import requests
import requests.auth
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks

from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.serving import open_store
from ala_desktop.sync import signing
from tests.fuzz.drafting import Draft, Writer, hexed
from tests.fuzz.house import TENANT, House
from tests.fuzz.tampering import KINDS
from tools import openapi

_CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance,
]  # fmt: skip

_HEALTH = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
]


class _Signature(requests.auth.AuthBase):
    """Signs a request as it is about to leave."""

    def __init__(self, hub: str, writer: Writer) -> None:
        self._hub, self._writer = hub, writer

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """As requests asks it to."""
        body = r.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes)
        hub = "" if r.path_url.startswith("/v1/enrol") else self._hub
        device, nonce = self._writer.device, secrets.token_hex(16)
        request = signing.Request(hub, r.method or "", r.path_url, device, nonce, signing.body_hash(body))
        r.headers[signing.DEVICE], r.headers[signing.NONCE] = device, nonce
        r.headers[signing.BODY] = request.body
        r.headers[signing.SIGNATURE] = signing.sign_request(request, self._writer.key)
        return r


class Asker:
    """Asks a hub, and looks at every answer.

    Attributes:
        counts: how often each outcome came: 200, or the code of the error.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        identity = load_or_make(folder)
        self._public, self._hub = identity.public, identity.hub
        self._writer = Writer(TENANT, "PC 1", 1, "d" * 32, "1" * 16)
        store = open_store(folder)
        try:
            self._writer.enrol(store)
        finally:
            store.close()
        self._signature = _Signature(self._hub, self._writer)
        self._session = requests.Session()
        self._session.trust_env = False
        self._house = House(Random("asking"))
        self.counts: Counter[str] = Counter()

    def ask(self, case: schemathesis.Case, *, signed: bool) -> None:
        """Ask what a case says.

        Raises:
            AssertionError: a fault, or an answer that the hub did not sign or the description does not know.
        """
        options: dict[str, Any] = {"auth": self._signature} if signed else {}
        answer = case.call(base_url=self._url, session=self._session, timeout=20, allow_redirects=False, **options)
        assert answer.status_code < 500, f"{answer.status_code}: {answer.content[:300]!r}"
        heads = answer.request.headers
        nonce = str(heads.get(signing.NONCE, ""))[:64]
        (signature,) = answer.headers[signing.SIGNATURE]
        part = answer.status_code == 200 and "skip=" in (answer.request.url or "")  # signed is the whole
        assert part or signing.reply_is_signed(nonce, answer.status_code, answer.content, signature, self._public)
        case.validate_response(answer, checks=_CHECKS)
        self.counts["200" if answer.status_code == 200 else json.loads(answer.content)["error"]] += 1

    def push(self, sealed: bytes) -> None:
        """Send this as a frame."""
        answer = self._session.post(f"{self._url}/v1/push", sealed, auth=self._signature, timeout=20)
        self.counts["200" if answer.status_code == 200 else json.loads(answer.content)["error"]] += 1

    def frame(self, number: int) -> bytes:
        """A frame that the device could send, or one that was tampered with."""
        chance = Random(number)
        draft: Draft = self._house.draft(chance, self._writer)
        draft.changed["hub"] = self._hub
        draft.writer = Writer(**{**vars(self._writer), "incarnation": hexed(chance, 16)})
        if chance.random() < 0.7:
            chance.choices(list(KINDS), list(KINDS.values()))[0](chance, draft, self._house)
        return draft.seal()

    def ask_many(self, count: int, number: int) -> None:
        """Ask `count` requests, as the seed `number` makes them."""
        schemathesis.openapi.media_type("application/octet-stream", st.integers(0, 2**32).map(self.frame))
        description = schemathesis.openapi.from_dict(openapi.document())
        made = st.one_of([description.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)])

        @seed(number)
        @settings(
            max_examples=count, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=_HEALTH,
        )  # fmt: skip
        @given(made, st.sampled_from((True, True, True, False)))
        def run(case: schemathesis.Case, signed: bool) -> None:
            self.ask(case, signed=signed)

        run()

    def close(self) -> None:
        """Hang up."""
        self._session.close()
        self._house.close()
