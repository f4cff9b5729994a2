"""What is measured on each candidate, one stage a rule, in the order of the story.

Needs: the manifest of the candidate's model; where the client may need several processes, its
calibration, which is taken as it is: a new one measures nothing again.
Makes: results/{candidate}/{stage}/ with stage.json, one Parquet file for each of STAGE_TABLES
and server.log. A candidate that fails leaves the same files.
"""


rule measure_startup:
    """Start the server again and again, with cold and warm page cache."""
    input:
        manifest=manifest_of,
    output:
        stage=ensure("results/{candidate}/startup/stage.json", non_empty=True),
        rows=tables_of("startup"),
        server_log="results/{candidate}/startup/server.log",
    log:
        "logs/{candidate}/measure_startup.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("startup"),
    script:
        "../scripts/measure_startup.py"


rule measure_latency:
    """Send requests one at a time and stamp every streamed event."""
    input:
        manifest=manifest_of,
    output:
        stage=ensure("results/{candidate}/latency/stage.json", non_empty=True),
        rows=tables_of("latency"),
        server_log="results/{candidate}/latency/server.log",
    log:
        "logs/{candidate}/measure_latency.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("latency"),
    script:
        "../scripts/measure_latency.py"


rule measure_throughput:
    """Load the server level by level, closed loop, then at fixed rates, open loop."""
    input:
        manifest=manifest_of,
        calibration=ancient("results/host/calibration.parquet"),
    output:
        stage=ensure("results/{candidate}/throughput/stage.json", non_empty=True),
        rows=tables_of("throughput"),
        server_log="results/{candidate}/throughput/server.log",
    log:
        "logs/{candidate}/measure_throughput.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("throughput"),
    script:
        "../scripts/measure_throughput.py"


rule measure_concurrency:
    """Search the highest load that the candidate holds within the service level."""
    input:
        manifest=manifest_of,
        calibration=ancient("results/host/calibration.parquet"),
    output:
        stage=ensure("results/{candidate}/concurrency/stage.json", non_empty=True),
        rows=tables_of("concurrency"),
        server_log="results/{candidate}/concurrency/server.log",
    log:
        "logs/{candidate}/measure_concurrency.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("concurrency"),
    script:
        "../scripts/measure_concurrency.py"


rule probe_api:
    """Ask the API everything that a client may ask, and keep what it said."""
    input:
        manifest=manifest_of,
    output:
        stage=ensure("results/{candidate}/api/stage.json", non_empty=True),
        rows=tables_of("api"),
        checks="results/{candidate}/api/api_checks.parquet",
        server_log="results/{candidate}/api/server.log",
    log:
        "logs/{candidate}/probe_api.log",
    conda:
        "../environment.yml"
    resources:
        measurement=1,
        gpu=gpus_of,
    params:
        slice=measured_with("api"),
    script:
        "../scripts/probe_api.py"
