"""A model hub on loopback that speaks what huggingface_hub asks, and can misbehave.

It knows the two calls that a download makes: ``/api/models/{repo}/revision/{revision}`` and
``/{repo}/resolve/{commit}/{path}``, for data sets those below ``datasets/``; files in LFS are
redirected to another path, as the real hub redirects to its content network. It writes down
every byte range it served.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class HubServer:
    """What the hub holds and how it behaves.

    Attributes:
        files: Content of each file of the one repository.
        repo: Its name.
        kind: Whether it is one of ``models`` or ``datasets``.
        lfs: Files that are stored in LFS, so that their SHA-256 is told.
        cut_after: Bytes of a file after which its connection is cut, once.
        pause_after: Bytes of a file after which the server stops sending until told.
        wrong_sha: Files whose SHA-256 is told wrong.
        claimed_size: Files whose size is told wrong.
        token: Token that opens the repository; None leaves it open.
        down: Answer 503 to every download.
        served: (path, first byte, bytes written) of each download.
        authorizations: Authorization header of each request, by its path.
    """

    files: dict[str, bytes]
    repo: str = "maker/model"
    kind: str = "models"
    revisions: tuple[str, ...] = (COMMIT, "main", "v1.0")
    lfs: frozenset[str] = frozenset({"model.safetensors"})
    cut_after: dict[str, int] = field(default_factory=dict)
    pause_after: dict[str, int] = field(default_factory=dict)
    wrong_sha: frozenset[str] = frozenset()
    claimed_size: dict[str, int] = field(default_factory=dict)
    token: str | None = None
    down: bool = False
    served: list[tuple[str, int, int]] = field(default_factory=list)
    authorizations: dict[str, str | None] = field(default_factory=dict)
    paused: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""
    content_endpoint: str = ""

    def listing(self) -> dict[str, object]:
        """Return what the hub's API says of the repository."""
        siblings = []
        for name, content in self.files.items():
            size = self.claimed_size.get(name, len(content))
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324 -- git's own
            entry = {"rfilename": name, "size": size, "blobId": blob}
            if name in self.lfs:
                sha = "0" * 64 if name in self.wrong_sha else hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"size": size, "sha256": sha, "pointerSize": 134}
            siblings.append(entry)
        return {"id": self.repo, "modelId": self.repo, "sha": COMMIT, "siblings": siblings}

    def bytes_served(self, name: str) -> int:
        """Return how many bytes of the file were sent, over all its downloads."""
        return sum(count for path, _, count in self.served if path == name)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubServer

    def log_message(self, *_args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.authorizations[path] = self.headers.get("Authorization")
        place = f"/{self.hub.repo}" if self.hub.kind == "models" else f"/datasets/{self.hub.repo}"
        api, resolve, cdn = f"/api/{self.hub.kind}/{self.hub.repo}", f"{place}/resolve/", "/cdn/"
        if path.startswith(cdn):
            self._send_file(path.removeprefix(cdn))
        elif path.startswith("/api/") and not path.startswith(api):
            self._refuse(401, "RepoNotFound")
        elif self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self._refuse(403 if self.headers.get("Authorization") else 401, "GatedRepo")
        elif path.startswith(api):
            self._send_listing(path.removeprefix(api + "/revision/"))
        elif path.startswith(resolve):
            self._resolve(path.removeprefix(resolve).split("/", 1)[1])
        else:
            self._refuse(404, "EntryNotFound")

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_listing(self, revision: str) -> None:
        if revision not in self.hub.revisions:
            self._refuse(404, "RevisionNotFound")
            return
        body = json.dumps(self.hub.listing()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _resolve(self, name: str) -> None:
        if name in self.hub.lfs:
            self.send_response(302)
            self.send_header("Location", f"{self.hub.content_endpoint}/cdn/{name}")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send_file(name)

    def _send_file(self, name: str) -> None:
        content = self.hub.files[name]
        if self.hub.down:
            self._refuse(503, "Down")
            return
        asked = self.headers.get("Range")
        first = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content) - first))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.end_headers()
        self._send_body(name, content, first)

    def _send_body(self, name: str, content: bytes, first: int) -> None:
        stop = self.hub.cut_after.pop(name, None)
        pause = self.hub.pause_after.pop(name, None)
        end = min(stop or len(content), pause or len(content))
        self.wfile.write(content[first:end])
        self.wfile.flush()
        self.hub.served.append((name, first, end - first))
        if pause is not None:
            self.hub.paused.set()
            self.hub.go_on.wait(30)
        if end < len(content):
            self.close_connection = True
            if stop is not None:
                self.hub.down = True


@contextmanager
def running(hub: HubServer) -> Iterator[HubServer]:
    """Serve the hub, and its content network as another origin, while the block runs."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    urls = [f"http://127.0.0.1:{server.server_address[1]}" for server in servers]
    hub.endpoint, hub.content_endpoint = urls
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        for server in servers:
            server.shutdown()
            server.server_close()
