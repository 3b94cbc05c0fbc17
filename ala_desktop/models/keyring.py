"""The key slots beside the store: the random data key, wrapped by each clerk's passphrase and by a recovery code.

There is never a plaintext fallback. No SQLAlchemy here: the prompt needs this module before anything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
from ala_desktop.core.names import KEYS_FILE

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread
_GROUPS, _GROUP = 7, 4
LEAST_PASSPHRASE = 10
_SIZES = [16, 12, 48]  # bytes of salt, nonce and wrapped key
_SHEET = b"ala recovery sheet 1\n"
_LANES = 4
_LEAST_MEMORY, _MOST_MEMORY, _MOST_PASSES = 8 * _LANES, 2**21, 100  # KiB: a changed file must not take all memory


def key_of(data_key: bytes, tenant: str) -> bytes:
    """The key of the store that holds another tenant's log: 32 bytes that follow from the data key."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"ala store 1\n" + tenant.encode()).derive(data_key)


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear a guess is: Argon2id memory in KiB and passes (DESIGN 5: 64 MiB, 3)."""

    memory: int = 65_536
    passes: int = 3


@dataclass(frozen=True, slots=True)
class _Slot:
    """The data key under one secret. `way` is `passphrase` or `recovery`; binary parts in base64."""

    way: str
    name: str
    memory: int
    passes: int
    salt: str
    nonce: str
    wrapped: str


class Keyring:
    """The slots of one data folder."""

    def __init__(self, folder: Path, cost: Cost | None = None) -> None:
        self._path = folder / KEYS_FILE
        self._cost = cost or Cost()
        self._fresh: list[_Slot] = []
        self._fresh_sheet = ""

    @property
    def exists(self) -> bool:
        """Whether this folder was set up."""
        return self._path.exists()

    def new(self, name: str, passphrase: str) -> tuple[bytes, str]:
        """A fresh data key and recovery code; nothing is written before `keep`.

        Raises:
            Mendable: the passphrase is too short.
        """
        key = secrets.token_bytes(32)
        return key, self._wrap_anew(key, name, passphrase)

    def _wrap_anew(self, key: bytes, name: str, passphrase: str) -> str:
        """Slots for a passphrase and for a fresh recovery code, which is returned."""
        _check_passphrase(passphrase)
        code = new_recovery_code()
        self._fresh = [
            self._wrap(key, "passphrase", name, passphrase),
            self._wrap(key, "recovery", "", _bare(code)),
        ]
        self._fresh_sheet = _seal_sheet(key, sheet_secret(code))
        return code

    def keep(self) -> None:
        """Write the slots of `new` or `recover` in one step: a power cut leaves either the old ones or these.

        From here on the folder counts as set up.

        Raises:
            Mendable: the disk is full, or the folder may not be written.
        """
        whole = {"version": 1, "slots": [asdict(slot) for slot in self._fresh], "sheet": self._fresh_sheet}
        write_whole(self._path, json.dumps(whole, indent=1).encode())

    def sheet(self, key: bytes) -> bytes | None:
        """The secret of the sheet that is good now (`sheet_secret`), which stands here under the data key.

        So it changes in the same step as the slots. None in a folder whose sheet is older than this, or was damaged.
        """
        try:
            sealed = base64.b64decode(json.loads(self._path.read_text(encoding="utf-8"))["sheet"], validate=True)
            return ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], _SHEET)
        except (OSError, ValueError, KeyError, TypeError, InvalidTag):
            return None

    def unlock(self, passphrase: str) -> bytes:
        """The data key.

        Raises:
            Mendable: no slot opens with this passphrase, or the file of the slots is damaged.
        """
        for slot in self._read():
            if slot.way == "passphrase" and (key := _unwrap(slot, passphrase)):
                return key
        raise Mendable(
            "Frase d'accesso errata",
            "Nessun operatore di questo PC ha questa frase d'accesso.",
            "Controllare maiuscole e tastiera e riprovare; se è andata persa, usare il foglio di recupero.",
        )

    def recover(self, code: str, name: str, passphrase: str) -> tuple[bytes, str]:
        """Redeem the recovery code: set a new passphrase, make a new code; returns (data key, new code).

        Nothing is written before `keep`; after it the used code is worth nothing, and neither is any earlier
        passphrase.

        Raises:
            Mendable: the code does not open the store, or the passphrase is too short.
        """
        bare = _bare(code)
        keys = [key for slot in self._read() if slot.way == "recovery" and (key := _unwrap(slot, bare))]
        if not keys:
            raise Mendable(
                "Codice di recupero errato",
                "Il codice non corrisponde a quello stampato per questo PC.",
                "Ricopiarlo dal foglio più recente, gruppo per gruppo; O e 0, I e 1 valgono lo stesso.",
            )
        return keys[0], self._wrap_anew(keys[0], name, passphrase)

    def _wrap(self, key: bytes, way: str, name: str, secret: str) -> _Slot:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        wrapping = _derive(secret, salt, self._cost.memory, self._cost.passes)
        wrapped = ChaCha20Poly1305(wrapping).encrypt(nonce, key, way.encode())
        texts = (base64.b64encode(part).decode() for part in (salt, nonce, wrapped))
        return _Slot(way, name, self._cost.memory, self._cost.passes, *texts)

    def _read(self) -> list[_Slot]:
        try:
            return [_sound(_Slot(**slot)) for slot in json.loads(self._path.read_text(encoding="utf-8"))["slots"]]
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise Mendable(
                "Le chiavi dell'archivio non si leggono",
                f"Il file {self._path} manca o è danneggiato.",
                "Rimetterlo al suo posto da una copia della cartella dei dati, oppure chiedere assistenza ad ALA.",
            ) from problem


def _sound(slot: _Slot) -> _Slot:
    """The slot, if it can be tried at all; ValueError or TypeError for one that was damaged."""
    sizes = [len(base64.b64decode(part, validate=True)) for part in (slot.salt, slot.nonce, slot.wrapped)]
    if sizes != _SIZES or not (0 < slot.passes <= _MOST_PASSES and _LEAST_MEMORY <= slot.memory <= _MOST_MEMORY):
        raise ValueError("a slot that nobody wrote")
    return slot


def _derive(secret: str, salt: bytes, memory: int, passes: int) -> bytes:
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=_LANES, memory_cost=memory).derive(secret.encode())


def _unwrap(slot: _Slot, secret: str) -> bytes | None:
    wrapping = _derive(secret, base64.b64decode(slot.salt), slot.memory, slot.passes)
    try:
        sealed = base64.b64decode(slot.wrapped)
        return ChaCha20Poly1305(wrapping).decrypt(base64.b64decode(slot.nonce), sealed, slot.way.encode())
    except InvalidTag:
        return None


def sheet_secret(code: str) -> bytes:
    """32 bytes that follow from a recovery code alone, for what a sheet opens besides its own PC (`sync.sheet`).

    No costly derivation: a code has 130 random bits.
    """
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_SHEET).derive(_bare(code).encode())


def _seal_sheet(key: bytes, secret: bytes) -> str:
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + ChaCha20Poly1305(key).encrypt(nonce, secret, _SHEET)).decode()


def _check_passphrase(passphrase: str) -> None:
    if len(passphrase) < LEAST_PASSPHRASE:
        raise Mendable(
            "Frase d'accesso troppo corta",
            f"Servono almeno {LEAST_PASSPHRASE} caratteri.",
            "Scegliere una frase di alcune parole, facile da ricordare e difficile da indovinare.",
        )


def new_recovery_code() -> str:
    """A fresh recovery code: seven groups of four, 130 bits and two characters that catch slips of the pen."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP - 2))
    whole = body + _check_characters(body)
    return "-".join(whole[i : i + _GROUP] for i in range(0, len(whole), _GROUP))


def recovery_code_slip(code: str) -> bool:
    """Whether a typed code cannot be right: wrong length or check characters. Asked before the costly derivation."""
    bare = _bare(code)
    return len(bare) != _GROUPS * _GROUP or _check_characters(bare[:-2]) != bare[-2:]


def _check_characters(body: str) -> str:
    digest = hashlib.blake2b(body.encode(), digest_size=2, person=b"ala code").digest()
    number = int.from_bytes(digest, "big")
    return _ALPHABET[number % 32] + _ALPHABET[number // 32 % 32]


def _bare(code: str) -> str:
    text = "".join(c for c in code.upper() if c.isalnum())
    return text.translate(str.maketrans("OIL", "011"))
