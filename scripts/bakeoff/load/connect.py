"""Opens connections: name resolution, sockets, TLS."""

import asyncio
import resource
import socket
import ssl
from collections.abc import Callable

from bakeoff.errors import HarnessError
from bakeoff.load.client import Connection
from bakeoff.load.exchange import Exchange
from bakeoff.load.target import Target

#: Asked of the kernel for each socket, so that a pause of the client stops no server.
RECEIVE_BUFFER_BYTES = 1 << 20
#: Descriptors that the rest of the process may need beside the connections.
_SPARE_DESCRIPTORS = 128


class Connector:
    """Opens connections to one target.

    Args:
        target: Where to connect to.
        loop: The running loop.
    """

    def __init__(self, target: Target, loop: asyncio.AbstractEventLoop) -> None:
        self._target, self._loop = target, loop
        self._tls = ssl.create_default_context() if target.tls else None

    async def open(self, on_end: Callable[[Exchange], None]) -> Connection:
        """Open a connection: each address of the host is tried in turn.

        Raises:
            OSError: If none can be reached; the last one's error.
        """
        addresses = await self._loop.getaddrinfo(
            self._target.host, self._target.port, type=socket.SOCK_STREAM
        )
        failure: OSError = OSError(f"{self._target.host} has no address")
        for family, kind, protocol, _, address in addresses:
            try:
                return await self._open(family, kind, protocol, address, on_end)
            except OSError as error:
                failure = error
        raise failure

    async def _open(
        self,
        family: int,
        kind: int,
        protocol: int,
        address: tuple[object, ...],
        on_end: Callable[[Exchange], None],
    ) -> Connection:
        """Open a connection to one address."""
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            await self._loop.sock_connect(sock, address)
            _, connection = await self._loop.create_connection(
                lambda: Connection(self._loop, on_end),
                sock=sock,
                ssl=self._tls,
                server_hostname=self._target.host if self._tls else None,
            )
        except BaseException:
            sock.close()
            raise
        return connection


def allow_descriptors(connections: int) -> None:
    """Let this process hold this many connections at a time.

    Raises:
        HarnessError: If the machine's hard limit is too low.
    """
    needed = connections + _SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise HarnessError(
            f"{connections} streams need {needed} open files but the limit is {hard}; "
            "raise it (ulimit -Hn) or measure fewer streams"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
