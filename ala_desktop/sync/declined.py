"""What the hub answers when it does not do what was asked: one table of errors, for the hub and for the desktops.

The hub raises `Declined`, its answer carries the code, and the desktop raises it again. Words for the clerk are in
`complaints`.
"""

from __future__ import annotations

from typing import NamedTuple


class Error(NamedTuple):
    """One line of the table: a number that never changes, the HTTP status, and what it means to a developer."""

    number: int
    status: int
    meaning: str


ERRORS = {
    "bad_request": Error(101, 400, "the request or its body is not what this path takes"),
    "too_large": Error(102, 413, "the body exceeds what this path takes"),
    "unknown_path": Error(103, 404, "no such path, or not with this method"),
    "unknown_device": Error(104, 401, "the device named in the request is not enrolled here"),
    "bad_signature": Error(105, 401, "the request or the frame is not signed by that device's key"),
    "repeated_nonce": Error(106, 401, "this device used the nonce before"),
    "revoked": Error(107, 403, "the device may no longer send or receive"),
    "bad_frame": Error(108, 400, "no frame, damaged, not in its one encoding, or beyond the limits"),
    "foreign_tenant": Error(109, 403, "the log is none that this device may read, or send frames for"),
    "foreign_hub": Error(110, 409, "the frame is for another hub"),
    "broken_chain": Error(111, 409, "the frame does not continue the device's chain as the hub knows it"),
    "behind": Error(112, 409, "an op rests on a position that the hub has not reached"),
    "unknown_position": Error(113, 409, "the hub's log does not hold the position that was asked from"),
    "bad_code": Error(114, 403, "the invitation does not exist, is used, expired, or was tried too often"),
    "other_comune": Error(115, 409, "the invitation is for another comune"),
    "other_keys": Error(116, 409, "the device is known here with other keys"),
    "busy": Error(117, 503, "the store is locked for too long; ask again"),
    "full": Error(118, 507, "the hub's disk does not take more"),
    "no_sheet": Error(119, 404, "no device of this comune left its key under a recovery sheet"),
    "bad_sheet": Error(120, 403, "nothing was left here under this recovery sheet"),
    "too_many_tries": Error(121, 429, "this device showed too many wrong recovery sheets today"),
    "bad_upload": Error(131, 409, "what was uploaded is not here, or not what has that hash; to be uploaded anew"),
    "unknown_blob": Error(132, 404, "the comune has no attachment with that hash here"),
    "no_room": Error(133, 507, "the attachments of the comune take all the room that it has here"),
    "fault": Error(199, 500, "a fault of the hub's program"),
}
"""Errors by code. A number is never given a second meaning."""


class Declined(Exception):
    """The hub did not do what was asked; nothing was written.

    Attributes:
        code: one of `ERRORS`.
        detail: what it was about, in English, for a log.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def error(self) -> Error:
        """The line of the table; an unknown code, from a newer hub, counts as a fault."""
        return ERRORS.get(self.code, ERRORS["fault"])
