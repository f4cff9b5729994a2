"""Creative writing: stories, dialogues, copy, poems and letters with constraints.

Every prompt states all that its answer is held to, and every constraint is one that a program
can check. To add a template, add a :class:`~bakeoff.quality.suites.creative.piece.Piece` to the
module that it belongs to.
"""

from bakeoff.quality.items import suite_of
from bakeoff.quality.suites.creative import copy, dialogues, forms, letters, poems, stories
from bakeoff.quality.suites.creative.piece import template_of

PIECES = (
    *stories.PIECES,
    *dialogues.PIECES,
    *copy.PIECES,
    *forms.PIECES,
    *poems.PIECES,
    *letters.PIECES,
)
SUITE = suite_of("creative", "creative", "Creative writing", tuple(map(template_of, PIECES)))
