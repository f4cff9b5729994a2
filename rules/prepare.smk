"""Before anything is measured: the weights of every model, the machine and the client's error.

Needs: the hub, a path or nothing (demo models).
Makes: results/models/{model}/manifest.json, results/host/host.json and calibration.parquet;
weights in models/.
"""


rule fetch_model:
    """Download, find or build the weights of one model and write their manifest."""
    output:
        manifest=ensure("results/models/{model}/manifest.json", non_empty=True),
    log:
        "logs/models/{model}/fetch_model.log",
    priority: 10
    conda:
        "../environment.yml"
    resources:
        measurement=1,
    params:
        source=model_source,
        fingerprint=model_fingerprint,
        method_version=METHOD_VERSIONS["fetch_model"],
    script:
        "../scripts/fetch_model.py"


rule describe_host:
    """Write down the hardware, the system and the packages of both environments."""
    output:
        host=ensure("results/host/host.json", non_empty=True),
    log:
        "logs/host/describe_host.log",
    priority: 10
    conda:
        "../environment.yml"
    resources:
        measurement=1,
    params:
        engine_envs=engine_environments(),
        weights=sorted(str(weights_dir(model)) for model in MODELS.values()),
        method_version=METHOD_VERSIONS["describe_host"],
    script:
        "../scripts/describe_host.py"


rule calibrate_client:
    """Run the measuring client against a server whose truth is known, at this config's loads."""
    output:
        calibration=ensure("results/host/calibration.parquet", non_empty=True),
    log:
        "logs/host/calibrate_client.log",
    priority: 10
    conda:
        "../environment.yml"
    resources:
        measurement=1,
    params:
        loads=calibration_loads(CONFIG),
        method_version=METHOD_VERSIONS["calibrate_client"],
    script:
        "../scripts/calibrate_client.py"
