"""Models and data sets of the Hugging Face hub: listed, downloaded, resumed and verified."""

from bakeoff.models.hub.access import Repository
from bakeoff.models.hub.download import download
from bakeoff.models.hub.listing import Listing, verify

__all__ = ["Listing", "Repository", "download", "verify"]
