"""All rows of all candidates in one database.

Needs: the files of every stage, every manifest, the host.
Makes: results/measured.duckdb, in which nothing is decided yet, and results/data-dictionary.md.
"""


rule load_database:
    """Load every raw row into DuckDB and compute the metrics."""
    input:
        host="results/host/host.json",
        calibration="results/host/calibration.parquet",
        manifests=collect("results/models/{model}/manifest.json", model=MODELS),
        stages=collect(
            "results/{candidate}/{stage}/stage.json",
            candidate=CANDIDATES,
            stage=STAGES,
        ),
        rows=collect(
            "results/{candidate}/{stage}/{table}.parquet",
            candidate=CANDIDATES,
            stage=STAGES,
            table=STAGE_TABLES,
        ),
        api=api_files(),
        quality=quality_files(),
    output:
        database=ensure("results/measured.duckdb", non_empty=True),
        dictionary=ensure("results/data-dictionary.md", non_empty=True),
    log:
        "logs/load_database.log",
    conda:
        "../environment.yml"
    params:
        slice=slices.database_slice(CONFIG),
    script:
        "../scripts/load_database.py"
