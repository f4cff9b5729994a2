"""Demo models: tiny, random, built on this machine from a seed, without a download."""

from bakeoff.models.demo.architectures import FAMILIES, Architecture
from bakeoff.models.demo.build import build_demo

__all__ = ["FAMILIES", "Architecture", "build_demo"]
