"""Figures that somebody published, and what arithmetic says of them.

A YAML file (see ``config/published/README.md``) holds the tables and the claims; the checks in
``checks/`` each look at one thing, and every finding gives its arithmetic.
"""
