"""What the answers are worth: questions drawn, answered, graded, judged and rated.

Needs: the manifests of the candidates' models, the files of suites, and ratings/*.json.
Makes: results/quality/ with items, sandbox and ratings; results/{candidate}/quality/ as every
measuring stage, with answers.parquet; results/{candidate}/grading/ and judging/. On request
(`snakemake rating_page`) results/rating/, the pages that people rate on.
"""


rule draw_items:
    """Draw the questions of every suite: the same for all candidates."""
    input:
        files=suite_files(),
    output:
        questions=ensure("results/quality/items.parquet", non_empty=True),
    log:
        "logs/quality/draw_items.log",
    priority: 10
    conda:
        "../environment.yml"
    params:
        slice=slices.items_slice(CONFIG),
    script:
        "../scripts/draw_items.py"


rule build_sandbox:
    """Build the Python that code answers run in, where they can harm nothing."""
    output:
        record=ensure("results/quality/sandbox/sandbox.json", non_empty=True),
    log:
        "logs/quality/build_sandbox.log",
    priority: 10
    conda:
        "../environment.yml"
    resources:
        measurement=1,
    params:
        method_version=METHOD_VERSIONS["build_sandbox"],
    script:
        "../scripts/build_sandbox.py"


rule generate_answers:
    """Ask a candidate every question, and time it while it answers."""
    input:
        manifest=manifest_of,
        questions="results/quality/items.parquet",
    output:
        stage=ensure("results/{candidate}/quality/stage.json", non_empty=True),
        rows=tables_of("quality"),
        answers="results/{candidate}/quality/answers.parquet",
        server_log="results/{candidate}/quality/server.log",
    log:
        "logs/{candidate}/generate_answers.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("quality"),
    script:
        "../scripts/generate_answers.py"


rule grade_answers:
    """Grade the answers; needs no server."""
    input:
        questions="results/quality/items.parquet",
        answers="results/{candidate}/quality/answers.parquet",
        sandbox=sandbox_needed,
    output:
        grades=ensure("results/{candidate}/grading/grades.parquet", non_empty=True),
        diagnostics=ensure(
            "results/{candidate}/grading/diagnostics.parquet", non_empty=True
        ),
    log:
        "logs/{candidate}/grade_answers.log",
    conda:
        "../environment.yml"
    threads: 16
    resources:
        measurement=1,
    params:
        method_version=METHOD_VERSIONS["grade_answers"],
    script:
        "../scripts/grade_answers.py"


rule judge_answers:
    """Let a model rate the creative answers."""
    input:
        questions="results/quality/items.parquet",
        answers="results/{candidate}/quality/answers.parquet",
    output:
        judgements=ensure(
            "results/{candidate}/judging/judgements.parquet", non_empty=True
        ),
    log:
        "logs/{candidate}/judge_answers.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
    params:
        slice=slices.judge_slice(CONFIG),
    script:
        "../scripts/judge_answers.py"


rule rating_page:
    """Write the pages on which people rate the creative answers side by side."""
    input:
        questions="results/quality/items.parquet",
        answers=collect(
            "results/{candidate}/quality/answers.parquet", candidate=CANDIDATES
        ),
    output:
        pages=ensure("results/rating/pages.json", non_empty=True),
    log:
        "logs/quality/rating_page.log",
    conda:
        "../environment.yml"
    params:
        candidates=CANDIDATES,
        raters=CONFIG.stages.quality.raters if CONFIG.stages.quality else 0,
    script:
        "../scripts/rating_page.py"


rule collect_ratings:
    """Take in what people exported from the rating pages."""
    input:
        files=rating_files(),
        questions="results/quality/items.parquet",
        answers=collect(
            "results/{candidate}/quality/answers.parquet", candidate=CANDIDATES
        ),
    output:
        ratings=ensure("results/quality/ratings.parquet", non_empty=True),
        refused=ensure("results/quality/refused_ratings.json", non_empty=True),
    log:
        "logs/quality/collect_ratings.log",
    conda:
        "../environment.yml"
    params:
        method_version=METHOD_VERSIONS["collect_ratings"],
    script:
        "../scripts/collect_ratings.py"
