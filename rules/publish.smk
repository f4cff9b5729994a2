"""Releases: frozen, verified, compared with an earlier one; not part of `all`.

Needs: the report and the database of a finished study; to compare, a release or a database.
Makes: reports/releases/<version>/ and reports/releases/index.html; where a baseline is
configured results/changes/changes.parquet. Ask for them by `snakemake publish`,
`snakemake verify_release` and `snakemake guard`.
"""


rule publish_report:
    """Freeze report, database, rows, config and environments in a folder of their own.

    The rule has no output, so that Snakemake runs it whenever it is asked for. What the folder
    is called is known only when its content is, and whether there is something to do can only
    be told from that content: a record among the results would say "done" of a release that
    somebody removed, and would be silent where a version exists and must be refused.
    """
    input:
        report="results/report/report.html",
        database="results/bakeoff.duckdb",
        dictionary="results/data-dictionary.md",
    log:
        "logs/publish_report.log",
    conda:
        "../environment.yml"
    script:
        "../scripts/publish_report.py"


use rule publish_report as publish with:
    log:
        "logs/publish.log",


rule verify_release:
    """Compare every byte of a release, or of all of them, with what was published."""
    log:
        "logs/verify_release.log",
    conda:
        "../environment.yml"
    params:
        version=CONFIG.version,
    script:
        "../scripts/verify_release.py"


rule compare_versions:
    """Set every metric beside the same in the baseline."""
    input:
        measured="results/measured.duckdb",
        baseline=BASELINE.database if BASELINE else [],
    output:
        changes=ensure("results/changes/changes.parquet", non_empty=True),
    log:
        "logs/compare_versions.log",
    conda:
        "../environment.yml"
    params:
        baseline=BASELINE.name if BASELINE else None,
        method_version=METHOD_VERSIONS["compare_versions"],
    script:
        "../scripts/compare_versions.py"


rule guard:
    """Fail where a metric of `guard` got worse than in the baseline."""
    input:
        changes=changes_since_baseline(),
    log:
        "logs/guard.log",
    conda:
        "../environment.yml"
    params:
        metrics=CONFIG.guard,
    script:
        "../scripts/guard.py"
