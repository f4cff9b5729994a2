"""Results in the form that ``vllm bench serve`` writes: ours written, others' read.

``--save-result --save-detailed`` gives a JSON object with the settings, aggregates and a list for
each quantity of the requests; :mod:`bakeoff.interchange.bench_file` knows that form.
"""
