"""What the servers' time was spent on, by candidate."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class ServerTime:
    """The time of all servers of one candidate, in seconds.

    Attributes:
        servers: Server starts that succeeded.
        starting_s: Process start to first token; each is a sample of the start-up.
        measured_s: Load windows, probes, measured requests, memory samples of the start-up.
        unmeasured_s: The rest: up, and nothing was measured.
    """

    servers: int
    starting_s: float
    measured_s: float
    unmeasured_s: float

    @property
    def total_s(self) -> float:
        """All of it."""
        return self.starting_s + self.measured_s + self.unmeasured_s

    @property
    def starting_share(self) -> float:
        """Share of the time in which servers started."""
        return self.starting_s / self.total_s

    @property
    def measured_share(self) -> float:
        """Share of the time in which something was measured on a server that was up."""
        return self.measured_s / self.total_s

    @property
    def unmeasured_share(self) -> float:
        """Share of the time in which a server was up and nothing was measured."""
        return self.unmeasured_s / self.total_s


def server_time(
    connection: duckdb.DuckDBPyConnection, *, stage: str | None = None
) -> dict[str, ServerTime]:
    """Return what the servers' time was spent on, by candidate in the configuration's order.

    Args:
        connection: The loaded database.
        stage: Only the servers of this stage.
    """
    rows = connection.execute(
        """
        SELECT candidate, count(*), sum(starting_s), sum(measured_s), sum(unmeasured_s)
        FROM server_time JOIN candidates USING (candidate)
        WHERE stage = coalesce(?, stage) AND total_s > 0
        GROUP BY candidate, position ORDER BY position
        """,
        [stage],
    ).fetchall()
    return {candidate: ServerTime(*spent) for candidate, *spent in rows}
