"""Models: where their weights lie, how they get there and what they turn out to be.

``names`` is cheap and pure, for the Snakefile; ``fetch`` makes a model available by its
source (``hub``, ``demo``, or a path that is used where it lies); ``manifest`` is what is
known of it then.
"""

from bakeoff.models.manifest import Manifest, ModelFile, read_manifest, write_manifest
from bakeoff.models.names import fingerprint, model_key, model_title, weights_dir

__all__ = [
    "Manifest",
    "ModelFile",
    "fingerprint",
    "model_key",
    "model_title",
    "read_manifest",
    "weights_dir",
    "write_manifest",
]
