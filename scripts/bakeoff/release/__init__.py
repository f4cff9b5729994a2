"""Releases: a study frozen in a folder, verified, listed, and compared with an earlier one."""
