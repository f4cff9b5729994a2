"""Charts: Altair's Vega-Lite, drawn in the page without a network.

Colours are CSS variables of the page's theme, so that charts follow light, dark and
print like the text. Titles are HTML above the plot, where they wrap on a phone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import vl_convert

from bakeoff.report.html import NOTHING, Content, Html, tag

#: The key's entry for intervals.
INTERVAL = ("line", "95\u00a0% interval")
_SCRIPT = Path(__file__).with_name("charts.js")


@dataclass(frozen=True)
class Caption:
    """What stands above a chart.

    Attributes:
        finding: What the chart shows, in one sentence from its numbers.
        plotted: What is drawn, with n and what the intervals are.
        legend: Key to colours or shapes that the marks do not name themselves.
    """

    finding: str
    plotted: str
    legend: Html = NOTHING


def libraries() -> Html:
    """Return the scripts that draw charts; the page needs them once, before its charts."""
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)
    # A closing tag in the bundle would end the element early.
    bundle = bundle.replace("</script", "<\\/script")
    return Html(f"<script>\n{bundle}\n{_SCRIPT.read_text(encoding='utf-8')}</script>")


def figure(name: str, chart: alt.LayerChart | alt.Chart, caption: Caption) -> Html:
    """Return a chart with its title.

    Args:
        name: Unique in the page; the plot's id is ``chart-{name}``.
        chart: An Altair chart whose width is ``container``.
        caption: Its title, subtitle and key.
    """
    identifier = f"chart-{name}"
    spec = _script_json(chart.to_dict())
    return tag(
        "div",
        [
            tag("p", caption.finding, class_="chart-title"),
            tag("p", caption.plotted, class_="chart-subtitle"),
            caption.legend,
            tag("div", class_="chart-plot", id=identifier, role="img", aria_label=caption.finding),
            Html(f'<script>bakeoffChart("{identifier}", {spec});</script>'),
        ],
        class_="chart",
    )


def _script_json(value: object) -> str:
    """Return JSON that is inert in HTML and in a Markdown fence, whatever text it holds."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("`", "\\u0060").replace("{{", "{ {")


def legend(entries: Sequence[tuple[str, Content]]) -> Html:
    """Return a key: CSS class of the swatch, and what it stands for."""
    items = [
        tag("span", [tag("span", class_=f"swatch {kind}"), text], class_="key")
        for kind, text in entries
    ]
    return tag("p", items, class_="chart-key")
