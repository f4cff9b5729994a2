"""Requests in the form of `vllm bench serve`: ours for its tools, and what it measured for our report.

Needs: the database for the export; the files that the config names as `imports`.
Makes: on request (`snakemake --cores 1 export_requests`) results/export/ with a file for each level
of each stage; results/imported/ with the tables of others' results, which no metric, matrix or
decision of ours reads.
"""


rule export_requests:
    """Write every request as result files that vLLM's own tools read."""
    input:
        database="results/bakeoff.duckdb",
    output:
        exports=ensure("results/export/exports.json", non_empty=True),
    log:
        "logs/export_requests.log",
    conda:
        "../environment.yml"
    params:
        method_version=METHOD_VERSIONS["export_requests"],
    script:
        "../scripts/export_requests.py"


rule import_results:
    """Take in what `vllm bench serve` measured elsewhere, marked as not ours."""
    input:
        files=[str(one.path) for one in CONFIG.imports],
    output:
        tables=[f"results/imported/{table}.parquet" for table in IMPORTED_TABLES],
    log:
        "logs/import_results.log",
    conda:
        "../environment.yml"
    params:
        imports=[one.model_dump(mode="json") for one in CONFIG.imports],
        method_version=METHOD_VERSIONS["import_results"],
    script:
        "../scripts/import_results.py"
