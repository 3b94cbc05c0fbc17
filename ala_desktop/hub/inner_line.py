"""Asking the hub's application without a network: a question of a letter reaches it byte for byte as it was signed."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from ala_desktop.sync import signing
from ala_desktop.sync.letters import Answer
from ala_desktop.sync.questions import Signed


async def ask(application: ASGIApp, question: Signed) -> Answer:
    """What the application answers; whatever a letter holds in the place of method, target and headers reaches it."""
    request = question.request
    path, _, query = request.target.partition("?")
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": request.method,
        "path": unquote(path), "raw_path": _bytes(path), "query_string": _bytes(query),
        "headers": [(_bytes(name), _bytes(value)) for name, value in question.headers.items()],
    }  # fmt: skip
    body = [question.body]
    status, heads, parts = 500, dict[str, str](), list[bytes]()

    async def receive() -> Message:
        return {"type": "http.request", "body": body.pop()} if body else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            heads.update((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])
        else:
            parts.append(message.get("body", b""))

    await application(scope, receive, send)
    return Answer(
        request.nonce, 0, status, heads.get(signing.SIGNATURE, ""), heads.get(signing.HUB_KEY, ""), b"".join(parts)
    )


def _bytes(text: str) -> bytes:
    """As HTTP carries it; what it cannot carry is another text, so that no signature holds."""
    return text.encode("latin-1", "replace")
