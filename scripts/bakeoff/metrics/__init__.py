"""Metrics: each declared once, computed from rows, with its 95 % interval."""
