"""A model that rates creative answers, one at a time, and what tells whether to believe it.

``rubric`` says what a 1, a 3 and a 5 is, ``prompt`` puts an answer before the judge as data,
``parse`` reads what it replies, ``ask`` and ``rounds`` get the replies from its server, ``cache``
keeps them by content, ``controls`` plants altered answers, ``run`` makes the rows of
``judgements`` of all this. ``reliability`` and ``family`` tell what the scores are worth.
"""
