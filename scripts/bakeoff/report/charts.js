// Draws the report's charts. Colours are CSS variables, so nothing is redrawn when the
// reader's colour scheme changes or the page is printed.
function bakeoffConfig() {
  // Vega measures text with the font it is told; "inherit" would be measured as another one.
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: "transparent",
    font: font,
    padding: { left: 2, right: 2, top: 4, bottom: 4 },
    autosize: { type: "fit-x", contains: "padding", resize: true },
    view: { stroke: null },
    text: { fill: "var(--text)", fontSize: 13 },
    axis: {
      domain: false,
      ticks: false,
      gridColor: "var(--grid)",
      labelColor: "var(--muted)",
      labelFontSize: 12,
      labelPadding: 6,
      labelFlush: true,
      labelOverlap: true,
      titleColor: "var(--muted)",
      titleFontSize: 12,
      titleFontWeight: 400,
      titleAnchor: "start",
      titlePadding: 8,
    },
  };
}

function bakeoffChart(id, spec) {
  const place = document.getElementById(id);
  const options = { renderer: "svg", actions: false, config: bakeoffConfig(), tooltip: { theme: "custom" } };
  vegaEmbed(place, spec, options).catch(function (problem) {
    place.textContent = "This chart could not be drawn: " + problem.message;
    console.error(problem);
  });
}
