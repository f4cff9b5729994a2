"""The machine that measured: one small module for each part of it.

A fact that cannot be read is a row without a value, never an error.
"""

from bakeoff.host.describe import describe, write_host

__all__ = ["describe", "write_host"]
