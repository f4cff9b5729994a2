"""Deciding from measured rows: sequential verdicts, the search for a level, trends."""
