"""Items that are read rather than drawn: from a JSONL file, or from a data set on the hub.

`records` makes an item of one record, by its kind; `humaneval` turns a test of asserts into
inputs and outputs; `jsonl` reads a file and `dataset` a data set.
"""
