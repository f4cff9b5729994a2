"""Figures that somebody published, held against arithmetic; needs no measurement.

Needs: the YAML file that the config names as `published`, see config/published/README.md.
Makes: results/published/claims.parquet, which becomes a table of the database, and claims.md, the
same for people. Ask for it alone by `snakemake --cores 1 audit_published --config published=FILE`.
"""


rule audit_published:
    """Check what others published: totals, percentages, percentiles, intervals, memory, models."""
    input:
        files=lambda wildcards: PUBLISHED or input_files(None),
    output:
        claims=ensure("results/published/claims.parquet", non_empty=True),
        table=ensure("results/published/claims.md", non_empty=True),
    log:
        "logs/published/audit_published.log",
    conda:
        "../environment.yml"
    params:
        method_version=METHOD_VERSIONS["audit_published"],
    script:
        "../scripts/audit_published.py"
