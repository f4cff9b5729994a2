"""The tables of the decision: scenarios, what they make of candidates, what would flip it."""

from bakeoff.store.table import CANDIDATE, FLOAT, INT, TEXT, Column, Table, identifier

_SCENARIO = identifier("scenario", "Id of the scenario.")

SCENARIOS = Table(
    "scenarios",
    "A deployment that somebody must decide on, as configured.",
    ("scenario",),
    (
        _SCENARIO,
        Column("position", INT, "Place in the configuration, from 0.", required=True),
        Column("title", TEXT, "The scenario in one sentence.", required=True),
        Column("gates", TEXT, "Its gates as JSON: metric, op, value.", required=True),
        Column("weights", TEXT, "Its weights as JSON, by metric id.", required=True),
    ),
)

RECOMMENDATIONS = Table(
    "recommendations",
    "What a scenario says of a candidate.",
    ("scenario", "candidate"),
    (
        _SCENARIO,
        CANDIDATE,
        Column(
            "verdict",
            TEXT,
            "recommended: deploy this one; tied: cannot be told apart from the best; not "
            "recommended: another is better; excluded: misses a gate; undecided: something that "
            "the scenario needs was not measured.",
            required=True,
            allowed=("recommended", "tied", "not recommended", "excluded", "undecided"),
        ),
        Column(
            "win_probability", FLOAT, "Share of the replicates that it wins; NULL was not scored."
        ),
        Column(
            "utility",
            FLOAT,
            "Weighted geometric mean of its ratios to the geometric mean of the scored candidates; "
            "above 1 is better than they are in the mean.",
        ),
        Column(
            "utility_lo",
            FLOAT,
            "Lower end of the 95 % interval of the utility; NULL where a figure that counts has no "
            "interval on both sides.",
        ),
        Column("utility_hi", FLOAT, "Upper end of it."),
        Column("replicates", INT, "Replicates behind the win probability.", required=True),
        Column("binding_gate", TEXT, "The gate that excludes it, or would first; NULL for none."),
        Column(
            "deciding_metric", TEXT, "Metric id that decides between it and the best other one."
        ),
        Column("reason", TEXT, "Why, in a sentence from the numbers.", required=True),
    ),
)

SCENARIO_PARTS = Table(
    "scenario_parts",
    "What one metric adds to the utility of one candidate in one scenario.",
    ("scenario", "candidate", "metric"),
    (
        _SCENARIO,
        CANDIDATE,
        identifier("metric", "Metric id."),
        Column("weight", FLOAT, "Weight of the metric; NULL where it is a gate only."),
        Column("gate", TEXT, "Gate on the metric, as `<= 24e9`; NULL for none."),
        Column("gate_probability", FLOAT, "Share of the replicates that meet the gate."),
        Column("value", FLOAT, "The figure, as in `metrics`; NULL is not measured."),
        Column(
            "ratio",
            FLOAT,
            "How much better than the geometric mean of the scored candidates, above 1 is better, "
            "whichever direction is.",
        ),
        Column("contribution", FLOAT, "weight × ln(ratio); they sum to ln(utility)."),
        Column("note", TEXT, "Why there is no ratio."),
    ),
)

SCENARIO_FLIPS = Table(
    "scenario_flips",
    "A single change of a scenario that would give it another winner.",
    ("scenario", "kind", "metric"),
    (
        _SCENARIO,
        Column(
            "kind",
            TEXT,
            "What changes: the weight of a metric (the others keep their proportions), or the "
            "value of a gate.",
            required=True,
            allowed=("weight", "gate"),
        ),
        identifier("metric", "Metric id."),
        Column("now", FLOAT, "Weight or limit as configured.", required=True),
        Column("flips_at", FLOAT, "Nearest value at which another wins; NULL where none does."),
        Column("winner", TEXT, "Who wins then."),
        Column("note", TEXT, "What limits the statement."),
    ),
)

PUBLISHED_CLAIMS = Table(
    "published_claims",
    "One check of a figure that somebody published.",
    ("source", "claim_no", "check_id", "part_no"),
    (
        identifier("source", "Whose figures they are."),
        Column("claim_no", INT, "Number of the claim, from 1.", required=True),
        identifier("check_id", "Id of the check."),
        Column(
            "part_no",
            INT,
            "Number of what the check says of the claim, from 0.",
            required=True,
        ),
        Column("claim", TEXT, "The claim in words.", required=True),
        Column(
            "verdict",
            TEXT,
            "What arithmetic says: holds; impossible; unsupported (it may be true, the figures "
            "shown do not carry it); inconsistent (it contradicts another figure of the same "
            "source); not checkable.",
            required=True,
            allowed=("holds", "impossible", "unsupported", "inconsistent", "not checkable"),
        ),
        Column("value", FLOAT, "What was claimed, where it is one number."),
        Column("expected", FLOAT, "What the check gives instead, where it is one number."),
        Column("unit", TEXT, "Unit of both."),
        Column("reason", TEXT, "The arithmetic in a sentence.", required=True),
        Column(
            "claim_words",
            TEXT,
            "The claim as JSON, for other languages: a message and what goes into its places.",
            required=True,
        ),
        Column("reason_words", TEXT, "The reason in the same form.", required=True),
    ),
)

CHANGES = Table(
    "changes",
    "One metric of one candidate beside the same in an earlier version.",
    ("candidate", "metric"),
    (
        CANDIDATE,
        identifier("metric", "Metric id."),
        Column("baseline", TEXT, "The earlier version.", required=True),
        Column("before_value", FLOAT, "The figure then."),
        Column("before_lo", FLOAT, "Lower end of its 95 % interval."),
        Column("before_hi", FLOAT, "Upper end of it."),
        Column("after_value", FLOAT, "The figure now."),
        Column("after_lo", FLOAT, "Lower end of its 95 % interval."),
        Column("after_hi", FLOAT, "Upper end of it."),
        Column("unit", TEXT, "Unit of them all.", required=True),
        Column("ratio", FLOAT, "After by before."),
        Column("ratio_lo", FLOAT, "Lower end of its 95 % interval."),
        Column("ratio_hi", FLOAT, "Upper end of it."),
        Column(
            "difference",
            FLOAT,
            "After less before; of shares and scores, which are compared by it and have no ratio.",
        ),
        Column("difference_lo", FLOAT, "Lower end of its 95 % interval."),
        Column("difference_hi", FLOAT, "Upper end of it."),
        Column("p_value", FLOAT, "Chance of a change of this size or more where there is none."),
        Column(
            "p_adjusted",
            FLOAT,
            "The same after Holm (1979), over all comparisons of the two versions.",
        ),
        Column(
            "verdict",
            TEXT,
            "improved or worse: p_adjusted is below 0.05 and the interval does not hold what was; "
            "no real change: what was seen can be chance; not comparable: see note.",
            required=True,
            allowed=("improved", "worse", "no real change", "not comparable"),
        ),
        Column(
            "differs",
            TEXT,
            "JSON list of what differs between the versions and may matter to the metric: field, "
            "before, after.",
        ),
        Column("note", TEXT, "Why it is not comparable, or what limits the comparison."),
    ),
)
