"""Functions that the rules share: the checked config, and what a job needs of it."""

import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

SOURCE = Path(workflow.basedir)
sys.path.insert(0, str(SOURCE / "scripts"))

from bakeoff import engines, run
from bakeoff.calibrate import calibration_loads
from bakeoff.config import load_config, slices
from bakeoff.engines.commandline import environment_prefix
from bakeoff.errors import ConfigError
from bakeoff.methods import METHOD_VERSIONS
from bakeoff.models.names import fingerprint, model_key, weights_dir
from bakeoff.published.load import input_files
from bakeoff.quality.kinds import kind_of
from bakeoff.release.baseline import baseline_of
from bakeoff.store.schemas import IMPORTED_TABLES, STAGE_TABLES

try:
    CONFIG = load_config(config)
    BASELINE = baseline_of(CONFIG)
    PUBLISHED = input_files(CONFIG.published) if CONFIG.published else []
except ConfigError as error:
    raise WorkflowError(str(error)) from None

CANDIDATES = [candidate.id for candidate in CONFIG.candidates]
STAGES = list(CONFIG.stages.asked)
QUALITY_SUITES = CONFIG.stages.quality.suites if CONFIG.stages.quality else {}
MODELS = {
    model_key(candidate.model): candidate.model
    for candidate in CONFIG.candidates
    if candidate.model
}


def any_of(names):
    """Return a wildcard constraint that matches exactly these names."""
    return "|".join(map(re.escape, names)) or "(?!)"


def manifest_of(wildcards):
    """Return the manifest of a candidate's model; none for a server without one."""
    model = CONFIG.candidate(wildcards.candidate).model
    return [f"results/models/{model_key(model)}/manifest.json"] if model else []


def gpus_of(wildcards):
    """Return how many GPUs a candidate occupies."""
    return CONFIG.candidate(wildcards.candidate).gpu_count


def model_source(wildcards):
    """Return the settings of a model."""
    return MODELS[wildcards.model].model_dump(mode="json")


def model_fingerprint(wildcards):
    """Return what changes when the files of a path may have changed."""
    return fingerprint(MODELS[wildcards.model])


def engine_environments():
    """Return the prefixes of the engines' environments, each once."""
    managed = [c for c in CONFIG.candidates if engines.get(c.engine).managed]
    return sorted(
        {str(environment_prefix(candidate.engine_env)) for candidate in managed}
    )


def tables_of(stage):
    """Return the Parquet files that a measuring rule writes."""
    return [f"results/{{candidate}}/{stage}/{table}.parquet" for table in STAGE_TABLES]


def measured_with(stage):
    """Return the params function of a measuring rule."""
    return lambda wildcards: slices.stage_slice(CONFIG, wildcards.candidate, stage)


def sandbox_needed(wildcards=None):
    """Return the record of the sandbox where a suite of code is asked for."""
    kinds = {kind_of(suite) for suite in QUALITY_SUITES.items()}
    return ["results/quality/sandbox/sandbox.json"] if "code" in kinds else []


def suite_files():
    """Return the files that items are read from."""
    settings = [
        suite for suite in QUALITY_SUITES.values() if not isinstance(suite, int)
    ]
    return sorted(str(suite.path) for suite in settings if suite.path)


def rating_files():
    """Return what people exported from the rating page."""
    return sorted(map(str, Path("ratings").glob("*.json"))) if QUALITY_SUITES else []


def api_files():
    """Return the checks of every candidate's API; nothing where they are not asked for."""
    asked = CANDIDATES if "api" in STAGES else []
    return [f"results/{candidate}/api/api_checks.parquet" for candidate in asked]


def quality_files():
    """Return what the quality of the answers is known from; nothing where it is not asked for."""
    if not QUALITY_SUITES:
        return []
    files = ["results/quality/items.parquet", "results/quality/ratings.parquet"]
    for candidate in CANDIDATES:
        files += [
            f"results/{candidate}/quality/answers.parquet",
            f"results/{candidate}/grading/grades.parquet",
            f"results/{candidate}/grading/diagnostics.parquet",
        ]
        if CONFIG.stages.quality.judge:
            files.append(f"results/{candidate}/judging/judgements.parquet")
    return files


def sources_of(folder):
    """Return the sources of pages below a folder; releases and pictures are none."""
    files = [
        path
        for path in (SOURCE / folder).rglob("*")
        if path.suffix in {".qmd", ".css", ".po"}
    ]
    return sorted(str(path) for path in files if "releases" not in path.parts)


def published_claims():
    """Return what the checks of published figures found; nothing where none are configured."""
    return ["results/published/claims.parquet"] if CONFIG.published else []


def imported_results():
    """Return the tables of results that others measured; nothing where none are configured."""
    names = IMPORTED_TABLES if CONFIG.imports else []
    return [f"results/imported/{table}.parquet" for table in names]


def changes_since_baseline():
    """Return the comparison with an earlier version; nothing where none is configured."""
    return ["results/changes/changes.parquet"] if BASELINE else []
