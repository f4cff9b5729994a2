"""bakeoff: which model, on which serving engine, to deploy on this hardware."""

__version__ = "0.1.0"
