"""The tables of answer quality: questions, answers, grades, judgements and ratings."""

from bakeoff.store.table import (
    BOOL,
    CANDIDATE,
    FLOAT,
    INT,
    STAGE,
    START_NO,
    TEXT,
    Column,
    Table,
    identifier,
)

_ITEM = identifier("item_id", "Hash of the item's template, version and parameters.")
_SAMPLE = Column("sample_no", INT, "Which of the answers to the item, from 0.", required=True)

ITEMS = Table(
    "items",
    "One question of a suite.",
    ("suite", "item_id"),
    (
        identifier("suite", "Suite that it belongs to."),
        _ITEM,
        Column(
            "kind",
            TEXT,
            "How its answers are graded.",
            required=True,
            allowed=("math", "code", "creative"),
        ),
        Column("position", INT, "Place in the suite, from 0.", required=True),
        identifier("template", "Template that it was made from, or the file that it stands in."),
        Column("version", INT, "Version of the template.", required=True),
        Column("difficulty", INT, "1 (easy) to 3 (hard); 0 where nobody said.", required=True),
        Column("parameters", TEXT, "What the template was filled with, as JSON.", required=True),
        Column("prompt", TEXT, "The question as it is sent.", required=True),
        Column("reference", TEXT, "What an answer is held to, as JSON.", required=True),
    ),
)

ANSWER_STATUSES = ("ok", "truncated", "empty", "refused", "error")
ANSWERS = Table(
    "answers",
    "One answer to one item; its times and tokens are in `requests`.",
    ("candidate", "suite", "item_id", "sample_no"),
    (
        CANDIDATE,
        STAGE,
        START_NO,
        Column("request_no", INT, "Its request, of phase `measure`.", required=True),
        identifier("suite", "Suite of the item."),
        _ITEM,
        _SAMPLE,
        Column(
            "status",
            TEXT,
            "How it ended: by itself (ok), at max_tokens or timeout_s (truncated), without text "
            "(empty), the model declined (refused), or the request failed (error).",
            required=True,
            allowed=ANSWER_STATUSES,
        ),
        Column("text", TEXT, "The answer, without its reasoning.", required=True),
        Column("reasoning", TEXT, "The reasoning, where the server streams it apart."),
        Column("error", TEXT, "What went wrong, with the server's own words."),
    ),
)

GRADE_STATUSES = (
    "correct",
    "wrong",
    "no_answer",
    "truncated",
    "empty",
    "refused",
    "error",
    "exception",
    "timeout",
    "memory",
    "output",
    "exited",
    "forged",
    "ungraded",
    "sandbox_unavailable",
)
GRADES = Table(
    "grades",
    "The grade of one answer.",
    ("candidate", "suite", "item_id", "sample_no"),
    (
        CANDIDATE,
        identifier("suite", "Suite of the item."),
        _ITEM,
        _SAMPLE,
        Column(
            "status",
            TEXT,
            "What the grader found; the last two, and error, have no grade.",
            required=True,
            allowed=GRADE_STATUSES,
        ),
        Column("correct", BOOL, "Whether it is right; NULL was not graded."),
        Column("score", FLOAT, "Share of what was asked that it meets, 0 to 1."),
        Column("found", TEXT, "The answer as the grader understood it."),
        Column("note", TEXT, "Why it is wrong or was not graded."),
    ),
)

DIAGNOSTICS = Table(
    "diagnostics",
    "One figure about the text of one answer; describes it, and is no score.",
    ("candidate", "suite", "item_id", "sample_no", "name"),
    (
        CANDIDATE,
        identifier("suite", "Suite of the item."),
        _ITEM,
        _SAMPLE,
        identifier("name", "Name of the figure."),
        Column("value", FLOAT, "The figure; NULL where the text is too short for it."),
        Column("unit", TEXT, "Unit of the value; `1` for a share or ratio.", required=True),
        Column("label", TEXT, "The figure in words where it is none, such as a language."),
    ),
)

CRITERIA = ("coherence", "logic", "style", "originality", "constraints")
JUDGEMENTS = Table(
    "judgements",
    "One criterion of one answer as a judge model rated it, once.",
    ("candidate", "suite", "item_id", "sample_no", "control", "criterion", "repeat_no"),
    (
        CANDIDATE,
        identifier("suite", "Suite of the item."),
        _ITEM,
        _SAMPLE,
        Column(
            "control",
            TEXT,
            "What was done to the answer to test the judge: nothing, shown again, its sentences "
            "shuffled, or cut short.",
            required=True,
            allowed=("none", "duplicate", "shuffled", "truncated"),
        ),
        Column("criterion", TEXT, "What was rated.", required=True, allowed=CRITERIA),
        Column("repeat_no", INT, "Which of the repeats, from 0.", required=True),
        Column(
            "status",
            TEXT,
            "Whether the judge gave a usable rating.",
            required=True,
            allowed=("ok", "failed", "timeout", "unparsable"),
        ),
        Column("score", FLOAT, "1 (poor) to 5 (excellent); NULL where there is none."),
        Column("factual_errors", TEXT, "Factual errors that the judge named."),
        Column("note", TEXT, "What went wrong."),
        identifier("judge", "The judge's model name."),
        Column("judge_family", TEXT, "The judge's model family, as it was configured."),
    ),
)

RATINGS = Table(
    "ratings",
    "One thing that one person said of one answer, or of two side by side.",
    ("rater", "suite", "item_id", "candidate", "other", "criterion"),
    (
        identifier("rater", "Who rated, as the page numbered them."),
        identifier("suite", "Suite of the item."),
        _ITEM,
        CANDIDATE,
        Column("other", TEXT, "The candidate it stood beside.", required=True),
        _SAMPLE,
        Column("position", TEXT, "Where it stood.", required=True, allowed=("left", "right")),
        Column(
            "criterion",
            TEXT,
            "What was rated; preference is 1 for this answer, 0 for the other, 0.5 for a tie, "
            "NULL for both bad.",
            required=True,
            allowed=(*CRITERIA, "preference"),
        ),
        Column("score", FLOAT, "1 (poor) to 5 (excellent), or the preference; NULL none given."),
        Column("source", TEXT, "File that it was read from.", required=True),
    ),
)

COMPARISONS = Table(
    "quality_comparisons",
    "Two candidates on the items that both were graded on.",
    ("suite", "candidate", "other"),
    (
        identifier("suite", "Suite, or `all` for all graded suites."),
        CANDIDATE,
        identifier("other", "The candidate that it is compared with."),
        Column("value", FLOAT, "Share correct of the candidate less that of the other."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Items that both were graded on.", required=True),
        Column(
            "verdict",
            TEXT,
            "Whether the candidate is better, worse, or they cannot be told apart.",
            required=True,
            allowed=("better", "worse", "indistinguishable", "not_measured"),
        ),
        Column("items_needed", INT, "Items that would decide a difference of this size.", "items"),
        Column("note", TEXT, "What limits the comparison."),
    ),
)

GROUPS = Table(
    "quality_groups",
    "One figure of the answers of a candidate to one suite, or to a part of it.",
    ("candidate", "suite", "figure", "split", "part"),
    (
        CANDIDATE,
        identifier("suite", "Suite."),
        Column(
            "figure",
            TEXT,
            "What was counted: the share of right answers, the chance that one of k answers is "
            "right (pass@k), the share cut off at max_tokens, a judge's or people's mean score, "
            "response time or output tokens for each right answer, or the share of the output "
            "tokens that is reasoning.",
            required=True,
            allowed=(
                "correct_share",
                "pass_at_k",
                "truncated_share",
                "judge_score",
                "people_score",
                "seconds_per_correct",
                "tokens_per_correct",
                "reasoning_share",
            ),
        ),
        Column(
            "split",
            TEXT,
            "What the suite is divided by; `suite` is all of it.",
            required=True,
            allowed=("suite", "template", "difficulty", "k", "criterion"),
        ),
        identifier("part", "Which part: the suite, the template, the difficulty, k, criterion."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Items behind it; answers where it is by right answer.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "What limits the figure."),
    ),
)

RATING_CHECKS = Table(
    "rating_checks",
    "One figure on what ratings are worth, or on whom people prefer.",
    ("figure", "who", "candidate", "criterion"),
    (
        Column(
            "figure",
            TEXT,
            "What it is: `judge_...` a judge's controls and repeats; agreement of people "
            "(Krippendorff's alpha) and with the judge (weighted kappa); how often a candidate is "
            "preferred, how often the left one is, and how many pairs were compared or both bad.",
            required=True,
            allowed=(
                "judge_duplicate",
                "judge_shuffled",
                "judge_truncated",
                "judge_repeat_sd",
                "judge_unparsable",
                "judge_unanswered",
                "people_agreement",
                "agreement_with_judge",
                "preferred",
                "preferred_left",
                "compared",
                "both_bad",
            ),
        ),
        identifier("who", "The judge's model name, or `people`."),
        identifier("candidate", "Id of the candidate; empty where it is of all."),
        identifier("criterion", "What was rated; empty where it is of all."),
        Column("value", FLOAT, "The figure; NULL is not measured."),
        Column("lo", FLOAT, "Lower end of the 95 % interval."),
        Column("hi", FLOAT, "Upper end of the 95 % interval."),
        Column("n", INT, "Observations behind the figure.", required=True),
        Column("unit", TEXT, "Unit of value, lo and hi.", required=True),
        Column("note", TEXT, "What limits the figure."),
    ),
)
