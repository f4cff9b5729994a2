"""Where things lie: the source tree, and the results under the working directory."""

from pathlib import Path

#: The folder of the Snakefile.
ROOT = Path(__file__).resolve().parents[2]
#: Measured rows and what is made of them, relative to the working directory.
RESULTS = Path("results")
#: Downloaded or built weights; kept when results are deleted.
MODELS = Path("models")
#: Published releases, a folder for each, relative to the working directory.
RELEASES = Path("reports") / "releases"
