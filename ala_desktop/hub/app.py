"""The hub's HTTP face: paths, bounded bodies, signed replies. What is asked is done in `intake`, `devices`, `store`."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ala_desktop.core.clock import Clock
from ala_desktop.core.tenants import ALA, is_comune
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub import rights, snapshots
from ala_desktop.hub.asking import Asking, Claims, bounded, bounded_or_torn, claims_of, refuse_other_body
from ala_desktop.hub.cards import certificate_in
from ala_desktop.hub.comparing import compared
from ala_desktop.hub.devices import Enrolment, card_of
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.recovery import Recovery
from ala_desktop.hub.sheets import Sheets
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.uploads import LEAST_TORN_BYTES, Uploads
from ala_desktop.sync import signing
from ala_desktop.sync.declined import Declined
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
    Compare,
    DeviceCard,
    EnrolRequest,
    ErrorReply,
    KeyParcel,
    LeftSheet,
    Offer,
    PageHead,
    PushReply,
    ShownSheet,
    TenantHead,
    decode,
    end_of_head,
    pack_page,
    told_in,
)
from ala_desktop.sync.pieces import BLOB, MOST_PIECE_BYTES, UPLOAD
from ala_desktop.sync.protocol import MOST_FRAME_BYTES, MOST_MEMBERS, Malformed, Position, encode

_BODIES, _THREADS = 8, 2
"""Bodies read, and requests worked on, at the same time; others wait, holding nothing but their headers."""
_BODY_SECONDS = 60.0
"""A body that takes longer is given up."""
_NUMBER = re.compile(r"[0-9]{1,15}").fullmatch
_OFFSET = re.compile(r"[0-9]{1,9}").fullmatch
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_log = logging.getLogger("ala.hub")

_Result = TypeVar("_Result")


class _Answer(NamedTuple):
    """What a path answers: status, body and its type, and which part of the body is not sent: the asker has it."""

    status: int
    body: bytes
    media_type: str = "application/json"
    unsent: slice = slice(0, 0)

    @property
    def sent(self) -> bytes:
        """The body as it travels; signed is the whole of it."""
        return self.body[: self.unsent.start] + self.body[self.unsent.stop :] if self.unsent.stop else self.body


_Handler = Callable[[Request], Awaitable[_Answer]]


class Hub:
    """The paths of the hub, over one store."""

    def __init__(self, store: Store, catalog: Catalog, identity: Identity, enrolment: Enrolment) -> None:
        self._store = store
        self._identity = identity
        self._enrolment = enrolment
        self._asking = Asking(store, identity)
        self._recovery = Recovery(store, identity, enrolment.clock)
        self._intake = Intake(store, catalog, identity.hub)
        self._sheets = Sheets(store, enrolment.clock)
        self._gate = asyncio.Semaphore(_BODIES)
        self._threads = CapacityLimiter(_THREADS)
        self._paths: dict[tuple[str, str], _Handler] = {
            ("POST", ENROL): self._enrol,
            ("POST", PUSH): self._push,
            ("GET", PULL): self._pull,
            ("GET", DEVICES): self._devices,
            ("GET", TENANTS): self._tenants,
            ("GET", SNAPSHOT): self._snapshot,
            ("GET", KEYBOX): self._fetch_key,
            ("POST", KEYBOX): self._put_key,
            ("POST", SHEET): self._leave_sheet,
            ("POST", SHOW_SHEET): self._show_sheet,
            ("POST", COMPARE): self._compare,
            ("POST", OFFER): self._offer,
            ("POST", RECALL): self._recall,
        }
        self._uploads = Uploads(store, Clock())
        self._named: dict[tuple[str, str], _Handler] = {
            ("GET", UPLOAD): self._uploaded,
            ("PUT", UPLOAD): self._put_piece,
            ("POST", BLOB): self._keep_blob,
            ("GET", BLOB): self._blob,
            ("PUT", OFFER): self._put_offered,
        }
        """Paths that end with a hash."""

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application that a server runs. No router stands before it, which would answer unsigned."""
        if scope["type"] == "http":
            response = await self._serve(Request(scope, receive))
            await response(scope, receive, send)

    async def _serve(self, request: Request) -> Response:
        """Whatever comes of a request leaves signed, and bound to the request's nonce."""
        path: str = request.scope["path"]
        try:
            answer = await self._handler(request.method, path)(request)
        except Exception as problem:  # noqa: BLE001 - the one place where faults of the hub end
            answer = _error(_declined(problem, path))
            # The frames that it passed hold the body and, between threads, itself: a circle that would stay for long.
            problem.__traceback__ = None
        nonce = request.headers.get(signing.NONCE, "")[:64]
        signature = signing.sign_reply(nonce, answer.status, answer.body, self._identity.key)
        headers = {signing.SIGNATURE: signature, "cache-control": "no-store"}
        if path == ENROL:
            headers[signing.HUB_KEY] = self._identity.public.hex()
        return Response(answer.sent, answer.status, headers, answer.media_type)

    def _handler(self, method: str, path: str) -> _Handler:
        base, _, name = path.rpartition("/")
        named = self._named.get((method, base)) if _HASH(name) else None
        return named or self._paths.get((method, path), _unknown)

    async def _aside(self, work: Callable[[], _Result]) -> _Result:
        """Do what waits for the disk on another thread."""
        return await to_thread.run_sync(work, limiter=self._threads)

    async def _asked(self, request: Request, most: int = 0, *, by_card: bool = False) -> tuple[Device, bytes]:
        """The device that signed the request, and its body; the body is read only once the device is known."""
        device, claims = await self._asker(request, by_card=by_card)
        async with asyncio.timeout(_BODY_SECONDS):
            body = await bounded(request.stream(), most)
        refuse_other_body(claims, body)
        return device, body

    async def _asker(self, request: Request, *, by_card: bool = False) -> tuple[Device, Claims]:
        """The device that signed the request, and what it said of the body, which is not read yet."""
        claims = claims_of(request.headers)
        asking = partial(self._asking.device, request.method, _target(request), claims, by_card=by_card)
        return await self._aside(asking), claims

    async def _enrol(self, request: Request) -> _Answer:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await bounded(request.stream(), MOST_MESSAGE_BYTES)
        asked = decode(body, EnrolRequest)
        claims = claims_of(request.headers)
        signed = signing.Request("", request.method, _target(request), asked.device, claims.nonce, claims.body)
        refuse_other_body(claims, body)
        if not signing.request_is_signed(signed, claims.signature, _hex(asked.sign_key)):
            raise Declined("bad_signature", "enrolment")
        return _Answer(200, encode(await self._aside(partial(self._enrolment.enrol, asked))))

    async def _push(self, request: Request) -> _Answer:
        async with self._gate:
            device, sealed = await self._asked(request, MOST_FRAME_BYTES)
            if uploaded := request.query_params.get("upload"):
                if sealed or not _HASH(uploaded):
                    raise Declined("bad_request", "upload")
                sealed = await self._aside(partial(self._uploads.frame, device, uploaded))
            return _Answer(200, encode(PushReply(await self._aside(partial(self._intake.admit, device, sealed)))))

    async def _pull(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        asked = request.query_params
        position = asked_position(asked)
        tenant = rights.log_asked(device, asked)
        page = await self._aside(partial(self._store.page, tenant, position, without_bytes(asked, device)))
        if page is None:
            raise Declined("unknown_position", f"{position.epoch}.{position.seq}")
        told = told_in(asked.get("told", ""))
        if told is not None and tenant == device.tenant:
            page = page._replace(head=await self._aside(partial(compared, self._store, device, told, page.head)))
        head = with_signed_place(page.head, tenant, self._identity)
        body = pack_page(page._replace(head=head))
        return _Answer(200, body, "application/octet-stream", _skipped(body, asked.get("skip", "")))

    async def _uploaded(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        return _Answer(200, encode(await self._aside(partial(self._uploads.state, device, _name(request)))))

    async def _put_piece(self, request: Request) -> _Answer:
        """Take a piece. Of one that broke off what came is kept: the hash of the whole decides in the end."""
        async with self._gate:
            device, claims = await self._asker(request)
            piece = await bounded_or_torn(request.stream(), MOST_PIECE_BYTES, _BODY_SECONDS)
            if not piece.torn:
                refuse_other_body(claims, piece.data)
            elif len(piece.data) < LEAST_TORN_BYTES:
                raise ClientDisconnect
            work = partial(self._uploads.take, device, _name(request), _asked_offset(request), piece.data)
            return _Answer(200, encode(await self._aside(work)))

    async def _keep_blob(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        return _Answer(200, encode(await self._aside(partial(self._uploads.keep, device, _name(request)))))

    async def _blob(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        tenant = rights.log_asked(device, request.query_params)
        piece = await self._aside(partial(self._uploads.blob, tenant, _name(request), _asked_offset(request)))
        return _Answer(200, piece, "application/octet-stream")

    async def _devices(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        tenant = rights.log_asked(device, request.query_params)
        return _Answer(200, encode(await self._aside(partial(cards, self._store, tenant))))

    async def _tenants(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        rights.refuse_all_but_ala(device)
        heads = await self._aside(self._store.heads)
        return _Answer(200, encode([TenantHead(tenant, head) for tenant, head in heads.items() if is_comune(tenant)]))

    async def _snapshot(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        tenant = rights.log_asked(device, request.query_params)
        notice = await self._aside(partial(snapshots.newest, self._store, tenant, self._identity.hub))
        return _Answer(200, notice.sealed if notice else b"", "application/octet-stream")

    async def _put_key(self, request: Request) -> _Answer:
        device, body = await self._asked(request, MOST_MESSAGE_BYTES)
        parcel = decode(body, KeyParcel)

        def put() -> None:
            with self._store.locked(device.tenant) as tenancy:
                if all(other.device != parcel.for_device for other in tenancy.devices()):
                    raise Declined("unknown_device", parcel.for_device[:32])
                tenancy.put_key(parcel.for_device, parcel.blob)

        await self._aside(put)
        return _Answer(200, b"{}")

    async def _compare(self, request: Request) -> _Answer:
        device, body = await self._asked(request, MOST_MESSAGE_BYTES, by_card=True)
        tenant = rights.log_asked(device, request.query_params)
        places = decode(body, Compare).places
        return _Answer(200, encode(await self._aside(partial(self._recovery.compare, tenant, places))))

    async def _offer(self, request: Request) -> _Answer:
        async with self._gate:
            device, body = await self._asked(request, MOST_OFFER_BYTES, by_card=True)
            tenant = rights.log_asked(device, request.query_params)
            if body.count(b",") > MOST_MEMBERS:
                raise Declined("too_large", f"more than {MOST_MEMBERS} members")
            offer = decode(body, Offer)
            return _Answer(200, encode(await self._aside(partial(self._recovery.offer, tenant, offer))))

    async def _put_offered(self, request: Request) -> _Answer:
        async with self._gate:
            device, sealed = await self._asked(request, MOST_FRAME_BYTES, by_card=True)
            tenant = rights.log_asked(device, request.query_params)
            await self._aside(partial(self._recovery.put, tenant, _name(request), sealed))
            return _Answer(200, b"{}")

    async def _recall(self, request: Request) -> _Answer:
        device, _ = await self._asked(request, by_card=True)
        if request.headers.get(signing.CARD):
            card = certificate_in(request.headers[signing.CARD], device.device, self._identity)
            await self._aside(partial(self._recovery.recall, card))
        return _Answer(200, b"{}")

    async def _fetch_key(self, request: Request) -> _Answer:
        device, _ = await self._asked(request)
        blob = await self._aside(partial(self._store.key_for, device.tenant, device.device))
        return _Answer(200, encode(KeyParcel(device.device, blob or "")))

    async def _leave_sheet(self, request: Request) -> _Answer:
        device, body = await self._asked(request, MOST_MESSAGE_BYTES)
        await self._aside(partial(self._sheets.leave, device, decode(body, LeftSheet)))
        return _Answer(200, b"{}")

    async def _show_sheet(self, request: Request) -> _Answer:
        device, body = await self._asked(request, MOST_MESSAGE_BYTES)
        found = await self._aside(partial(self._sheets.show, device, decode(body, ShownSheet)))
        return _Answer(200, encode(found))


def cards(store: Store, tenant: str) -> list[DeviceCard]:
    """The devices whose frames may stand in the log of a tenant: its own, and ALA's, marked as such elsewhere."""
    offices = dict.fromkeys((tenant, ALA))
    return [card_of(device, agency=office != tenant) for office in offices for device in store.devices(office)]


def asked_position(asked: Mapping[str, str]) -> Position:
    """The position in the query of a pull.

    Raises:
        Declined: `bad_request`.
    """
    epoch, after, place = (asked.get(name, "") for name in ("epoch", "after", "chain"))
    if not _NUMBER(epoch) or not _NUMBER(after) or not _HASH(place):
        raise Declined("bad_request", "position")
    return Position(int(epoch), int(after), place)


def with_signed_place(head: PageHead, tenant: str, identity: Identity) -> PageHead:
    """The head of a page of a tenant's log with the hub's signature over the place where the page ends."""
    if head.place is None:
        return head
    signature = signing.sign_place(identity.hub, tenant, head.place, identity.key)
    return msgspec.structs.replace(head, signature=signature)


def without_bytes(asked: Mapping[str, str], device: Device) -> str:
    """Whose frames a pull brings without their bytes: the device's own, unless it lost them."""
    return "" if asked.get("whole") == "1" else device.device


def _name(request: Request) -> str:
    """The hash at the end of the path."""
    path: str = request.scope["path"]
    return path.rpartition("/")[2]


def _asked_offset(request: Request) -> int:
    at = request.query_params.get("at", "")
    if not _OFFSET(at):
        raise Declined("bad_request", "offset")
    return int(at)


def _skipped(body: bytes, skip: str) -> slice:
    """The part of a page that a device has already: so many bytes after the head, as they came before a break."""
    if not skip:
        return slice(0, 0)
    if not _OFFSET(skip):
        raise Declined("bad_request", "skip")
    start = end_of_head(body)
    return slice(start, start + int(skip))


async def _unknown(request: Request) -> _Answer:
    raise Declined("unknown_path", request.scope["path"][:100])


def _declined(problem: Exception, path: str) -> Declined:
    """What a request is answered that came to this end."""
    if isinstance(problem, Declined):
        return problem
    if isinstance(problem, (Malformed, TimeoutError, ClientDisconnect)):
        return Declined("bad_request", type(problem).__name__)
    _log.error("fault while answering %s", path, exc_info=problem)
    return Declined("fault")


def _error(problem: Declined) -> _Answer:
    error = problem.error
    return _Answer(error.status, encode(ErrorReply(problem.code, error.number, problem.detail)))


def _target(request: Request) -> str:
    """Path and query exactly as they were sent, and signed."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as problem:
        raise Declined("bad_request", "key") from problem
