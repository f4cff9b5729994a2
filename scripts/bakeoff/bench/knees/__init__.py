"""Servers with a knee at a known level: simulated ones, and the reference server."""
