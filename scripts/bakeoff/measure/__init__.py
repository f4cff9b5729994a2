"""The measuring stages: one module each, on the common ground of ``stage``."""
