"""bakeoff: which model, on which serving engine, to deploy on this hardware.

Run `snakemake --cores all`; rules/ holds the stages in the order in which they run.
"""

from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/config/config.yaml"
configfile: f"{workflow.basedir}/config/scenarios.yaml"


include: "rules/common.smk"
include: "rules/prepare.smk"
include: "rules/measure.smk"
include: "rules/quality.smk"
include: "rules/store.smk"
include: "rules/published.smk"
include: "rules/decide.smk"
include: "rules/report.smk"
include: "rules/crosscheck.smk"
include: "rules/interchange.smk"
include: "rules/publish.smk"


wildcard_constraints:
    candidate=any_of(CANDIDATES),
    model=any_of(MODELS),


onstart:
    run.begin(workflow.dag.needrun_jobs())


onsuccess:
    run.succeed()


onerror:
    run.fail(log)


localrules:
    all,
    database,
    report,


# Measure every candidate, load the rows and render the report.
rule all:
    default_target: True
    input:
        "results/bakeoff.duckdb",
        "results/data-dictionary.md",
        "results/report/report.html",


rule database:
    """Only the database, without the report."""
    input:
        "results/bakeoff.duckdb",


rule report:
    """The report and what it stands on."""
    input:
        "results/report/report.html",


rule retry_failed:
    """Set failed results aside, so that the next run tries them again."""
    log:
        "logs/retry_failed.log",
    conda:
        "environment.yml"
    script:
        "scripts/retry_failed.py"
