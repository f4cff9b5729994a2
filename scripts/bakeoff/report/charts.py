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

from bakeoff.language import marked, phrase
from bakeoff.report.html import NOTHING, Content, Html, tag

#: The key's entry for intervals.
INTERVAL = ("line", marked("95\u00a0% interval"))
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
    words = _script_json({"failed": phrase("This chart could not be drawn: ")})
    own = f"const bakeoffWords = {words};\n{_SCRIPT.read_text(encoding='utf-8')}"
    return Html(f"<script>\n{bundle}\n{own}</script>")


def figure(name: str, chart: alt.LayerChart | alt.Chart, caption: Caption) -> Html:
    """Return a chart with its title.

    Args:
        name: Unique in the page; the plot's id is ``chart-{name}``.
        chart: An Altair chart whose width is ``container``.
        caption: Its title, subtitle and key.
    """
    parts = [*_above(caption), *_drawn(f"chart-{name}", chart, caption.finding)]
    return tag("div", parts, class_="chart")


@dataclass(frozen=True)
class Panel:
    """One plot among several under one title.

    Attributes:
        name: What it shows.
        chart: An Altair chart whose width is ``container``.
        colour: CSS colour of a dot before its heading, which is its name; empty for a plot
            without a heading, whose axes say what it shows.
    """

    name: str
    chart: alt.LayerChart | alt.Chart
    colour: str = ""


def panels(name: str, plots: Sequence[Panel], caption: Caption) -> Html:
    """Return several plots under one title, side by side where there is room.

    Args:
        name: Unique in the page; the plots' ids are ``chart-{name}-0`` and so on.
        plots: The plots.
        caption: Title, subtitle and key of all of them.
    """
    drawn = [_panel(f"chart-{name}-{number}", plot) for number, plot in enumerate(plots)]
    parts = [*_above(caption), tag("div", drawn, class_="panels")]
    return tag("div", parts, class_="chart")


def _panel(identifier: str, plot: Panel) -> Html:
    heading = NOTHING
    if plot.colour:
        dot = tag("span", class_="dot", style=f"background:{plot.colour}")
        heading = tag("p", [dot, plot.name], class_="panel-title")
    return tag("div", [heading, *_drawn(identifier, plot.chart, plot.name)], class_="panel")


def _above(caption: Caption) -> list[Content]:
    return [
        tag("p", caption.finding, class_="chart-title"),
        tag("p", caption.plotted, class_="chart-subtitle"),
        caption.legend,
    ]


def _drawn(identifier: str, chart: alt.LayerChart | alt.Chart, label: str) -> list[Html]:
    spec = _script_json(chart.to_dict())
    return [
        tag("div", class_="chart-plot", id=identifier, role="img", aria_label=label),
        Html(f'<script>bakeoffChart("{identifier}", {spec});</script>'),
    ]


def _script_json(value: object) -> str:
    """Return JSON that is inert in HTML and in a Markdown fence, whatever text it holds."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("`", "\\u0060").replace("{{", "{ {")


def legend(entries: Sequence[tuple[str, Content]]) -> Html:
    """Return a key: CSS class of the swatch, and what it stands for."""
    items = [
        tag("span", [tag("span", class_=f"swatch {kind}"), _told(text)], class_="key")
        for kind, text in entries
    ]
    return tag("p", items, class_="chart-key")


def _told(text: Content) -> Content:
    """Return a key's text in the language that is spoken; marked constants are among them."""
    return phrase(text) if isinstance(text, str) else text
