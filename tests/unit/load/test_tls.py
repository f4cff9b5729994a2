"""The client over TLS, against a small server with a certificate made for the test."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bakeoff.load import Target, ask_once

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs the openssl command to make a certificate"
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    both = folder / "both.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / "key.pem")]
    subprocess.run(
        [
            shutil.which("openssl") or "",
            "req",
            "-x509",
            "-days",
            "2",
            *key,
            *names,
            "-out",
            str(folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    both.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.fixture
def port(certificate: Path, by_hand: SimpleNamespace) -> Iterator[int]:
    """The port of a TLS server that gives every request the same answer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    answer = by_hand.chunked(
        by_hand.completion("a", used=1), by_hand.completion("b", used=2, finish="stop"), "[DONE]"
    )
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as connection:
                    if connection.recv(1 << 16):
                        for piece in answer:
                            connection.sendall(piece)
            except OSError:
                raw.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def test_trusted_certificate(port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    target = Target.from_url(f"https://localhost:{port}/v1", model="m")
    row = ask_once(target, {"prompt": "x"}, timeout_s=20)
    assert (row.status, row.error, row.chunk_tokens) == ("ok", None, [1, 1])


def test_untrusted_certificate_is_a_row(port: int) -> None:
    target = Target.from_url(f"https://localhost:{port}/v1", model="m")
    row = ask_once(target, {"prompt": "x"}, timeout_s=20)
    assert (row.status, row.sent_ns) == ("disconnected", None)
    assert "SSLCertVerificationError" in (row.error or "")
