"""Measuring clients that are held against the reference server's truth."""
