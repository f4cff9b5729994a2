"""What people say of the creative answers.

`pairs` puts the answers of two candidates side by side, `page` makes one anonymous HTML
page for each rater out of them (its markup, style and script stand in `page/`), `key`
remembers who stood on which side, and `write` writes it all. `exports` reads one file that
somebody exported from a page, `repeats` picks one of several, and `intake` makes rows of
them. `agreement` and `preferences` (on the model in `davidson`) make figures with intervals
of the rows.

Who knows this code can find out who stood where: the pages are drawn from their own texts,
so that a page that is made again is the same page. That blinds the eye, not an attacker.
"""
