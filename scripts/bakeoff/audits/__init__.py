"""Audits: checks of the measurement itself, each declared once, computed from raw rows.

An audit looks at one load: the requests of one server start at one level. What it finds is a
row of the table ``audits`` with a value and its limit. A failed audit of severity ``excludes``
keeps the metrics that it matters to out of the report, for the candidate and stage where it
failed; one that ``warns`` or ``informs`` is shown and excludes nothing. An audit that does not
apply, or that lacks the data, has ``passed`` NULL and says why: it never excludes.

The limits are made for small, shared machines as well: what noise does to a busy laptop
warns, what cannot be right excludes.
"""
