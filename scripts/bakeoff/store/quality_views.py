"""Views on answer quality: answers with their grades and times, ratings, generation windows."""

from bakeoff.store.schemas import BOOL, FLOAT, INT, TEXT, Column
from bakeoff.store.view import View

_CANDIDATE = Column("candidate", TEXT, "Id of the candidate.")
_ITEM = (
    Column("suite", TEXT, "Suite of the item."),
    Column("kind", TEXT, "How its answers are graded: math, code, creative."),
    Column("item_id", TEXT, "Id of the item."),
    Column("position", INT, "Place in the suite, from 0."),
    Column("template", TEXT, "Template that it was made from, or the file that it stands in."),
    Column("difficulty", INT, "1 (easy) to 3 (hard); 0 where nobody said."),
    Column("sample_no", INT, "Which of the answers to the item, from 0."),
)

ANSWER_OUTCOMES = View(
    "answer_outcomes",
    "An answer with its item, its grade, and what its request took.",
    (
        _CANDIDATE,
        *_ITEM,
        Column("start_no", INT, "Server start of the quality stage, from 0."),
        Column("status", TEXT, "How the answer ended: ok, truncated, empty, refused, error."),
        Column("grade", TEXT, "What the grader found; NULL was not graded yet."),
        Column("correct", BOOL, "Whether it is right; NULL was not graded."),
        Column("score", FLOAT, "Share of what was asked that it meets, 0 to 1."),
        Column("e2e_s", FLOAT, "Last token, or the end without one, minus send time.", "s"),
        Column("completion_tokens", INT, "Output tokens, reasoning included.", "tokens"),
        Column("reasoning_tokens", INT, "Reasoning tokens among them, where told.", "tokens"),
    ),
    """
    SELECT answers.candidate, suite, items.kind, item_id, items.position, items.template,
        items.difficulty, sample_no, answers.start_no, answers.status, grades.status AS grade,
        grades.correct, grades.score,
        (coalesce(requests.last_token_ns, requests.done_ns) - requests.sent_ns) / 1e9 AS e2e_s,
        requests.completion_tokens, requests.reasoning_tokens
    FROM answers
    JOIN items USING (suite, item_id)
    LEFT JOIN grades USING (candidate, suite, item_id, sample_no)
    LEFT JOIN requests ON requests.candidate = answers.candidate
        AND requests.stage = answers.stage AND requests.start_no = answers.start_no
        AND requests.request_no = answers.request_no AND requests.phase = 'measure'
    """,
)

ANSWER_RATINGS = View(
    "answer_ratings",
    "What a judge model, or people, gave an answer for one criterion, averaged over repeats or "
    "raters; without the controls that test the judge, and without preferences.",
    (
        _CANDIDATE,
        *_ITEM,
        Column("source", TEXT, "Who rated: judge or people."),
        Column("criterion", TEXT, "What was rated."),
        Column("score", FLOAT, "1 (poor) to 5 (excellent)."),
        Column("scores", INT, "Scores that it is the mean of: repeats, or people."),
    ),
    """
    WITH given AS (
        SELECT candidate, suite, item_id, sample_no, 'judge' AS source, criterion, score
        FROM judgements WHERE control = 'none' AND status = 'ok' AND score IS NOT NULL
        UNION ALL
        -- Somebody who saw an answer beside several others still has one opinion of it.
        SELECT candidate, suite, item_id, sample_no, 'people', criterion, avg(score)
        FROM ratings WHERE criterion <> 'preference' AND score IS NOT NULL
        GROUP BY candidate, suite, item_id, sample_no, rater, criterion
    )
    SELECT candidate, suite, kind, item_id, position, template, difficulty, sample_no, source,
        criterion, avg(score) AS score, count(*) AS scores
    FROM given JOIN items USING (suite, item_id)
    GROUP BY ALL
    """,
)

GENERATION_WINDOWS = View(
    "generation_windows",
    "The window in which one server start of the quality stage answered, with what it took. "
    "Several answers share a server: what an answer took is its share of the time in flight.",
    (
        _CANDIDATE,
        Column("start_no", INT, "Server start of the quality stage, from 0."),
        Column("streams", FLOAT, "Answers asked for at the same time, at most."),
        Column("window_s", FLOAT, "Length of the window.", "s"),
        Column(
            "in_flight_s",
            FLOAT,
            "Time in flight of all its requests within it, whatever became of them, summed.",
            "s",
        ),
        Column("gpus", INT, "GPUs that the candidate occupies.", "GPUs"),
        Column("source", TEXT, "Where the energy counter is: nvml or rapl; NULL for none."),
        Column("energy_j", FLOAT, "What the counters grew by in the window.", "J"),
        Column("idle_j", FLOAT, "What as much time would have taken idle; part of energy_j.", "J"),
    ),
    """
    SELECT energy.candidate, energy.start_no, energy.level AS streams,
        any_value((energy.end_ns - energy.begin_ns) / 1e9) AS window_s,
        coalesce(sum(greatest(0, least(coalesce(last_token_ns, done_ns), energy.end_ns)
            - greatest(sent_ns, energy.begin_ns))), 0) / 1e9 AS in_flight_s,
        any_value(gpus) AS gpus, any_value(energy.source) AS source,
        any_value(energy.energy_j) AS energy_j, any_value(energy.idle_j) AS idle_j
    FROM level_energy AS energy JOIN candidates USING (candidate)
    LEFT JOIN requests USING (candidate, stage, start_no)
    WHERE energy.stage = 'quality'
    GROUP BY energy.candidate, energy.start_no, energy.load, energy.level
    """,
)

#: In the order in which they are made.
QUALITY_VIEWS = (ANSWER_OUTCOMES, ANSWER_RATINGS, GENERATION_WINDOWS)
