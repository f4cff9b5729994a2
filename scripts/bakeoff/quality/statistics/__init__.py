"""What grades and ratings say: shares right, differences, and how many items decide.

An item is the unit: the answers to it are averaged first. Items of one template resemble each
other, so templates are what counts as independent (``exact``, ``shares``, ``pairs``); suites
are averaged with equal weight (``average``). ``answers`` reads the values from the database,
``groups`` and ``comparisons`` give the rows of ``quality_groups`` and ``quality_comparisons``.
"""
