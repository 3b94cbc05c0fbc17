"""The network of an office: a proxy that every connection has to take, and a certificate of its own authority."""

import contextlib
import datetime
import socket
import ssl
import threading
from contextlib import closing
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ala_desktop.core.errors import Mendable
from tests.unit.sync.test_transport_http import EMPTY, START, Impostor, line, signed

HOST = "centrale.esempio.it"
"""Nobody but the proxy knows where that is."""


def _certificate(subject: str, key, issuer: str, issuer_key, *, authority: bool) -> x509.Certificate:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if authority:
        made = made.add_extension(
            x509.KeyUsage(
                digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )  # fmt: skip
    else:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    return made.sign(issuer_key, hashes.SHA256())


class Office(Impostor):
    """A hub behind TLS, with a certificate of the office's own authority."""

    def __init__(self, folder: Path) -> None:
        authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.authority = folder / "autorita.pem"
        pem = serialization.Encoding.PEM
        self.authority.write_bytes(
            _certificate("Comune", authority, "Comune", authority, authority=True).public_bytes(pem)
        )
        chain = folder / "centrale.pem"
        kept = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        chain.write_bytes(kept + _certificate(HOST, own, "Comune", authority, authority=False).public_bytes(pem))
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(chain)
        super().__init__(lambda nonce: signed(nonce, 200, EMPTY))

    def get_request(self):
        connection, where = super().get_request()
        return self._context.wrap_socket(connection, server_side=True), where

    def handle_error(self, request, client_address) -> None:
        """A client that does not trust us hangs up."""


class Proxy:
    """Lets `CONNECT` through to one place, whatever its name.

    Attributes:
        asked: what it was asked for.
    """

    def __init__(self, port: int) -> None:
        self._to, self.asked = port, list[str]()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._talk, args=(near,), daemon=True).start()

    def _talk(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            heads = b""
            while b"\r\n\r\n" not in heads:
                heads += near.recv(4_096)
            self.asked.append(heads.decode().split("\r\n")[0])
            near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join(5)

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)


@pytest.fixture
def office(tmp_path: Path):
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def proxy(office: Office, monkeypatch):
    made = Proxy(office.server_port)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, made.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield made
    made.close()


def test_the_hub_is_reached_through_the_offices_proxy_with_its_own_authority(office: Office, proxy: Proxy, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(office.authority))
    with closing(line(f"https://{HOST}", silence=5.0)) as transport:
        assert transport.pull(START).head.head == START

    assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


def test_an_authority_that_the_pc_does_not_know_is_not_trusted(office: Office, proxy: Proxy):
    with closing(line(f"https://{HOST}", silence=5.0)) as transport, pytest.raises(Mendable) as told:
        transport.pull(START)

    assert "non è sicuro" in told.value.title
    assert office.asked == 0


def test_a_hub_in_the_own_network_is_reached_without_the_proxy(proxy: Proxy):
    impostor = Impostor(lambda nonce: signed(nonce, 200, EMPTY))
    with closing(impostor), closing(line(impostor.url)) as transport:
        assert transport.pull(START).head.head == START

    assert proxy.asked == []
