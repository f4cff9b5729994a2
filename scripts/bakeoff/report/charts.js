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

const bakeoffWaiting = [];

// Charts are drawn once the page is laid out: a plot among several is as wide as its column.
function bakeoffChart(id, spec) {
  bakeoffWaiting.push({ place: document.getElementById(id), spec: spec });
}

function bakeoffDraw(chart) {
  const options = { renderer: "svg", actions: false, config: bakeoffConfig(), tooltip: { theme: "custom" } };
  vegaEmbed(chart.place, chart.spec, options).catch(function (problem) {
    chart.place.textContent = bakeoffWords.failed + problem.message;
    console.error(problem);
  });
}

// The others follow one at a time, so that the page can be read and scrolled meanwhile.
function bakeoffDrawNext() {
  if (!bakeoffWaiting.length) return;
  bakeoffDraw(bakeoffWaiting.shift());
  setTimeout(bakeoffDrawNext);
}

document.addEventListener("DOMContentLoaded", function () {
  const near = (chart) => chart.place.getBoundingClientRect().top < 1.5 * window.innerHeight;
  const first = bakeoffWaiting.filter(near);
  first.forEach(bakeoffDraw);
  first.forEach((chart) => bakeoffWaiting.splice(bakeoffWaiting.indexOf(chart), 1));
  setTimeout(bakeoffDrawNext);
});

// Paper draws and unfolds nothing later: charts are drawn, and the rows that numbers link to shown.
window.addEventListener("beforeprint", function () {
  bakeoffWaiting.splice(0).forEach(bakeoffDraw);
  document.querySelectorAll("details:has(.appendix)").forEach((folded) => (folded.open = true));
});

// Where a browser does not unfold by itself what a link leads to.
window.addEventListener("hashchange", function () {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = place && place.closest("details");
  if (!folded || folded.open) return;
  folded.open = true;
  place.scrollIntoView();
});
