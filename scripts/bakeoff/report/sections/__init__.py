"""The report's sections: one module each, one function per cell, sentences beside them.

To add a chart, write a function here that takes the :class:`bakeoff.report.data.Report` and
returns ``charts.figure("name", chart, Caption(finding, plotted, key))``: the finding from
:func:`bakeoff.report.findings.finding`, the chart from :mod:`bakeoff.report.lanes` or any
Altair chart of width ``container`` whose colours are the theme's variables
(``report.colour(candidate)``). Then add a cell with ``label: fig-name`` and a ``fig-cap`` to
a file of ``reports/sections/`` and refer to it as ``@fig-name``. Text from data goes through
:mod:`bakeoff.report.html`, which escapes it.
"""
