"""Answer quality: items drawn from suites, answers generated, graded, judged and rated.

`items` says what a question is and `suites/` holds them, a folder each; `draw` picks the
questions of a run. `grading/` holds one grader for each kind of suite and needs neither
GPU nor server, `sandbox/` runs code answers where they can harm nothing, `judge/` asks a
model, `rating/` asks people. `statistics/` makes figures with intervals of it all.
"""
