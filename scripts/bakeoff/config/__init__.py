"""The configuration: one contract, declared as frozen pydantic models.

``models`` declares every key with its unit and description, ``load`` checks a merged
Snakemake config and words the errors, ``docs`` derives ``config/schema.json`` and the
tables of ``config/README.md``.
"""

from bakeoff.config.load import load_config
from bakeoff.config.models import Candidate, Config, ModelSource, Workload
from bakeoff.config.stages import Stages

__all__ = ["Candidate", "Config", "ModelSource", "Stages", "Workload", "load_config"]
