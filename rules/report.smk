"""The report that people read.

Needs: the database and the sources in reports/.
Makes: results/report/report.html, one self-contained file.
"""


rule render_report:
    """Render the Quarto report, by Quarto or by our own renderer."""
    input:
        database="results/bakeoff.duckdb",
        sources=sources_of("reports"),
    output:
        report=ensure("results/report/report.html", non_empty=True),
    log:
        "logs/render_report.log",
    conda:
        "../environment.yml"
    params:
        title=CONFIG.title,
        language=CONFIG.language,
        method_version=METHOD_VERSIONS["render_report"],
    script:
        "../scripts/render_report.py"
