"""PCs that only send: every request is signed and ready before the clock starts. The generator of `admitting`.

Each has one batch in flight, as a desktop does (SYNC, What makes it fast); one thread serves them all.
"""

from __future__ import annotations

import secrets
import selectors
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.ids import new_id
from ala_desktop.hub.store import Device, Invite, Store
from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.messages import PUSH
from ala_desktop.sync.protocol import CODEC, Header, encode_header, split_line

AT = "2026-11-22T09:00:00Z"


@dataclass
class Sender:
    """A device of a tenant, the state of its chain, and what it is about to send."""

    hub: str
    tenant: str
    device: str = field(default_factory=new_id)
    incarnation: str = field(default_factory=lambda: secrets.token_hex(8))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    next: int = 1
    head: str = chain.START
    previous: str = ""
    requests: list[bytes] = field(default_factory=list)

    def enrol(self, store: Store) -> None:
        """Put the device into the store, without an invitation's ceremony."""
        public = self.key.public_key().public_bytes_raw()
        name = secrets.token_hex(8)
        with store.locked(self.tenant) as tenancy:
            ordinal = 1 + len(tenancy.devices())
            tenancy.add_invite(Invite(name, self.tenant, b"", b"", AT, 1))
            tenancy.enrol(
                name, Device(self.tenant, self.device, self.device[-8:], ordinal, public, bytes(32), AT, revoked=False)
            )

    def prepare(self, lines: Sequence[bytes]) -> None:
        """Sign one batch more, and the request that carries it."""
        salt = secrets.token_hex(32)
        self.head = chain.device_head(self.head, salt, [split_line(line) for line in lines])
        payload = envelope.Payload(salt, list(lines)).joined()
        header = Header(
            hub=self.hub, tenant=self.tenant, device=self.device, device_name=self.device[-8:],
            incarnation=self.incarnation, batch=new_id(), first=self.next, count=len(lines), head=self.head,
            previous=self.previous, size=len(payload), codec=CODEC, seen=[(1, 0, chain.START)],
        )  # fmt: skip
        sealed = envelope.seal(header, payload, self.key)
        self.next += len(lines)
        self.previous = chain.header_hash(encode_header(header))
        request = signing.Request(self.hub, "POST", PUSH, self.device, secrets.token_hex(16), signing.body_hash(sealed))
        head = {
            "host": "hub", signing.DEVICE: request.device, signing.NONCE: request.nonce, signing.BODY: request.body,
            signing.SIGNATURE: signing.sign_request(request, self.key), "content-length": str(len(sealed)),
        }  # fmt: skip
        text = f"POST {PUSH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n"
        self.requests.append(text.encode() + sealed)


def send_all(senders: Sequence[Sender], ports: Sequence[int], lines: int) -> int:
    """Send everything over `lines` connections, shared out over the hub processes; gives the number of 200s."""
    done = 0
    queues: list[list[Sender]] = [[] for _ in range(min(lines, len(senders)))]
    for number, sender in enumerate(senders):
        queues[number % len(queues)].append(sender)
    with selectors.DefaultSelector() as selector:
        for number, queue in enumerate(queues):
            link = socket.create_connection(("127.0.0.1", ports[number % len(ports)]))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting = _in_turn(queue)
            link.sendall(next(waiting))
            selector.register(link, selectors.EVENT_READ, waiting)
        while selector.get_map():
            for event, _ in selector.select():
                done += _answered(event, selector.unregister)
    return done


def _in_turn(queue: list[Sender]) -> Iterator[bytes]:
    """The first batch of each, then the second of each: tenants take turns, as in an office hour."""
    for round_ in range(max(len(sender.requests) for sender in queue)):
        for sender in queue:
            if round_ < len(sender.requests):
                yield sender.requests[round_]


def _answered(event: selectors.SelectorKey, over: Callable[[socket.socket], object]) -> int:
    """Read one whole answer, and send the next request on that line; 1 for a 200."""
    link = event.fileobj
    assert isinstance(link, socket.socket)
    answer = link.recv(65_536)
    while not _whole(answer):
        more = link.recv(65_536)
        if not more:
            raise RuntimeError(f"the hub hung up: {answer[:200]!r}")
        answer += more
    following = next(event.data, None)
    if following is None:
        over(link)
        link.close()
    else:
        link.sendall(following)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer.decode("latin-1"))
    return 1


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(body) >= int(length.partition(b":")[2])
