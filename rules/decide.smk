"""What the figures say of each scenario.

Needs: the database of what was measured; the checks of published figures and the comparison with
an earlier version where the config asks for them.
Makes: results/bakeoff.duckdb, the same database with the tables of the decision filled. A change
of scenarios measures and loads nothing again.
"""


rule recommend:
    """Decide every scenario, and put all that is known into one database."""
    input:
        measured="results/measured.duckdb",
        published=published_claims(),
        changes=changes_since_baseline(),
        imported=imported_results(),
    output:
        database=ensure("results/bakeoff.duckdb", non_empty=True),
    log:
        "logs/recommend.log",
    conda:
        "../environment.yml"
    params:
        slice=slices.decision_slice(CONFIG),
    script:
        "../scripts/recommend.py"
