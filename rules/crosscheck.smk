"""Our measuring client held against `vllm bench serve`; not part of `all`.

Needs: the manifests of the candidates that are served by vLLM.
Makes: results/crosscheck/{candidate}.json with every request of both clients, and
results/crosscheck/crosscheck.md, the table of agreement. Ask for it by `snakemake crosscheck`.
"""

from bakeoff.crosscheck.settings import crosscheck_slice, crosschecked


rule measure_agreement:
    """Send one workload by both clients in turns, to one live server."""
    input:
        manifest=manifest_of,
    output:
        result=ensure("results/crosscheck/{candidate}.json", non_empty=True),
    log:
        "logs/crosscheck/{candidate}/measure_agreement.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=lambda wildcards: crosscheck_slice(CONFIG, wildcards.candidate),
    script:
        "../scripts/measure_agreement.py"


rule crosscheck:
    """Show where the two clients agree."""
    input:
        results=collect(
            "results/crosscheck/{candidate}.json", candidate=crosschecked(CONFIG)
        ),
    output:
        table=ensure("results/crosscheck/crosscheck.md", non_empty=True),
    log:
        "logs/crosscheck/crosscheck.log",
    conda:
        "../environment.yml"
    script:
        "../scripts/crosscheck.py"
