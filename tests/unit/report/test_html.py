"""Escaping: text from data stays text, in HTML, in Markdown and in scripts."""

import json
import re

import altair as alt

from bakeoff.report import lanes
from bakeoff.report.charts import Caption, figure, libraries
from bakeoff.report.html import Html, Table, folded, paragraph, safe, table, tag


def test_text_is_escaped_and_html_is_not() -> None:
    assert safe("<b>&'\"") == "&lt;b&gt;&amp;&#x27;&quot;"
    assert safe(tag("b", "<i>")) == "<b>&lt;i&gt;</b>"
    assert tag("p", "x", title='"><script>').text == '<p title="&quot;&gt;&lt;script&gt;">x</p>'


def test_no_shortcode_and_no_fence_survives_in_text() -> None:
    assert "{{" not in safe("{{< include /etc/passwd >}}")
    assert "`" not in safe("``` ` `````")


def test_the_fence_is_longer_than_any_run_of_backticks_inside() -> None:
    markdown = Html("<pre>`````\n```</pre>")._repr_markdown_()
    fence = re.match(r"`+", markdown)
    assert fence is not None
    assert len(fence[0]) == 6
    assert markdown.endswith("\n" + "`" * 6)


def test_table_cells_are_escaped_and_kept_from_quartos_hands() -> None:
    text = table(Table(["<h>", "n"], [["<a>", "<b>"]], frozenset({1}), "tall", ["k"])).text
    assert "<h>" not in text
    assert "<a>" not in text
    assert 'data-quarto-disable-processing="true"' in text
    assert '<td class="number">&lt;b&gt;</td>' in text
    assert 'data-row="k"' in text


def test_folded_and_paragraph() -> None:
    text = folded("<s>", paragraph(["<p>", tag("b", "x")])).text
    assert text == "<details><summary>&lt;s&gt;</summary><p>&lt;p&gt;<b>x</b></p></details>"


def test_intervals_do_not_break_across_lines() -> None:
    assert safe("1.0–2.0") == "1.0–\u20602.0"


def _chart(name: str) -> Html:
    lane = lanes.Lane(name, "var(--candidate-0)", "told")
    bars = lanes.bars(
        [{"x": 0, "x2": 1, "y": 2, "y2": 3, "fill": "red", "opacity": 1, "tip": name}]
    )
    return figure("x", lanes.chart([lane], lanes.Axis("t", 0, 1), [bars]), Caption(name, name))


def test_a_chart_holds_no_markup_from_data() -> None:
    text = _chart("</script><script>alert(1)</script> ``` {{< x >}}").text
    assert text.count("<script>") == 1
    assert text.count("</script>") == 1
    assert "`" not in text
    assert "{{<" not in text


def test_equal_charts_are_equal_text_with_ids_of_their_own_name() -> None:
    assert _chart("a").text == _chart("a").text
    assert 'id="chart-x"' in _chart("a").text


def test_the_scripts_are_of_altairs_version_and_cannot_end_early() -> None:
    text = libraries().text
    assert text.count("</script") == 1
    assert "window.vegaEmbed" in text
    assert text == libraries().text
    chart = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    assert json.loads(chart.to_json())["$schema"].endswith(f"{alt.SCHEMA_VERSION}.json")
