"""The rows of the quality stage while its answers come in."""

from collections import Counter
from collections.abc import Sequence

from bakeoff.errors import CandidateError
from bakeoff.load import Exchange, request_row
from bakeoff.measure.answers import answer_row
from bakeoff.measure.questions import Question
from bakeoff.measure.resume import Spool, TakenOver
from bakeoff.measure.stage import Row, StageRun
from bakeoff.serving.server import Server

#: Exchanges in a row without one byte of answer after which a server is taken for dead, and
#: twice as many more as there are streams.
_SILENT = 4
#: Note of the window of a start that was interrupted.
INTERRUPTED = "interrupted: what was in flight at its end was asked again in the next start"


class AnswerBook:
    """What is answered and what is not; each answer goes to the spool as it comes.

    Args:
        run: The stage; gets the rows.
        questions: All questions in the order of asking.
        found: What earlier jobs answered.
        spool: Keeps what this one answers.

    Attributes:
        questions: As above.
        answers: Rows of ``answers`` by the question's place.
        start_no: Number of this job's server start.
        stopped: Whether nothing more is to be asked: nothing comes back any more.
    """

    def __init__(
        self, run: StageRun, questions: Sequence[Question], found: TakenOver, spool: Spool
    ) -> None:
        self._run, self._found, self._spool = run, found, spool
        self.questions = questions
        self.answers = dict(found.answers)
        self.start_no = found.next_start
        self.stopped = False
        self._server: Server | None = None
        self._silent = 0
        run.requests += found.requests
        run.startups += found.startups
        run.telemetry += found.telemetry
        for start in found.starts.values():
            run.command = start["command"] or run.command
            run.engine_version = start["engine_version"] or run.engine_version

    @property
    def open_questions(self) -> list[Question]:
        """The questions that have no answer yet, in the order of asking."""
        return [question for question in self.questions if question.place not in self.answers]

    @property
    def told(self) -> str:
        """What became of the answers so far, for people; empty while all is well."""
        statuses = Counter(row["status"] for row in list(self.answers.values()))
        return ", ".join(f"{statuses[name]} {name}" for name in sorted(statuses) if name != "ok")

    def begin(self, server: Server) -> None:
        """Note the server that is asked from now on."""
        self._server = server
        self._spool.start(
            self.start_no, command=self._run.command, engine_version=self._run.engine_version
        )

    def keep(self, exchanges: Sequence[Exchange]) -> bool:
        """Make rows of exchanges that have ended, and let go of their bytes.

        Returns:
            Whether to ask no more: the server's process has ended, or nothing comes back.
        """
        for exchange in exchanges:
            self._keep(exchange)
        server = self._server
        if server is not None and server.supervised is not None:
            self.stopped |= server.supervised.poll() is not None
        return self.stopped

    def _keep(self, exchange: Exchange) -> None:
        request: Row = request_row(
            exchange,
            candidate=self._run.candidate.id,
            stage=self._run.stage,
            start_no=self.start_no,
        )
        place = exchange.request_no if exchange.phase == "measure" else None
        answer = None
        if place is not None:
            question = self.questions[place]
            answer = answer_row(exchange, request, item=question.item, sample_no=question.sample_no)
            self.answers[place] = answer
        self._spool.add(place, request, answer)
        self._run.requests.append(request)
        self._silent = 0 if exchange.reads else self._silent + 1
        self.stopped |= self._silent >= _SILENT + 2 * exchange.level
        exchange.reads.clear()

    def refuse_failure(self) -> None:
        """Fail the stage if no request was answered, be it with nothing.

        Raises:
            CandidateError: Naming the commonest error.
        """
        rows = self.answers.values()
        if rows and all(row["status"] == "error" for row in rows):
            [(commonest, _)] = Counter(str(row["error"]) for row in rows).most_common(1)
            raise CandidateError(f"all of {len(rows)} requests failed; {commonest}")

    def finish(self) -> None:
        """Give the stage its answers, and the window of each server start."""
        self._run.answers += [self.answers[place] for place in sorted(self.answers)]
        measured: dict[int, list[Row]] = {}
        for row in self._run.requests:
            if row["phase"] == "measure" and row["sent_ns"] is not None:
                measured.setdefault(row["start_no"], []).append(row)
        self._run.windows += [_window(rows, self.start_no) for rows in measured.values()]


def _window(rows: Sequence[Row], last_start: int) -> Row:
    """Return the row of ``windows`` of one start: from the first question to the last answer."""
    first = rows[0]
    columns = ("candidate", "stage", "start_no", "load", "level")
    return {name: first[name] for name in columns} | {
        "begin_ns": min(row["sent_ns"] for row in rows),
        "end_ns": max((row["done_ns"] for row in rows if row["done_ns"] is not None), default=None),
        "note": INTERRUPTED if first["start_no"] < last_start else None,
    }
