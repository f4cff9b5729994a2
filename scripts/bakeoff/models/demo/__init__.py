"""Demo models: tiny, random, built on this machine from a seed, without a download.

A demo model can have a skill: one template of the math suite that it learns by heart when
it is built. Two models with different skills are a difference that a run must find.
"""

from bakeoff.models.demo.architectures import FAMILIES, Architecture
from bakeoff.models.demo.build import build_demo

__all__ = ["FAMILIES", "Architecture", "build_demo"]
