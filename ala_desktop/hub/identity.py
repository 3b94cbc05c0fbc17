"""Who the hub is: its signing key, kept in a file of its own beside the store, and the id that follows from it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.os_words import why
from ala_desktop.sync import signing

KEY_FILE = "centrale.key"


class Identity:
    """The hub's key and what is public of it.

    Attributes:
        key: signs every reply.
        public: its public half, 32 bytes.
        hub: the hub's id.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key
        self.public = key.public_key().public_bytes_raw()
        self.hub = signing.hub_id(self.public)


def load_or_make(folder: Path) -> Identity:
    """The identity kept in `folder`; made on first use, and never again.

    Raises:
        Mendable: the file is damaged, or the folder does not take or give it.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as problem:
        raise Mendable(
            "La chiave della centrale non si può usare",
            f"{path}: {why(problem)}.",
            "Controllare i permessi e lo spazio della cartella, poi riprovare.",
        ) from problem
    try:
        return Identity(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))
    except ValueError as problem:
        raise Mendable(
            "La chiave della centrale è danneggiata",
            f"{path} non contiene una chiave.",
            "Rimetterla da una copia: senza di essa i PC dei comuni non riconoscono più la centrale.",
        ) from problem


def _make(path: Path) -> None:
    """Write a fresh key, whole or not at all; whoever comes second keeps the first one's."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
