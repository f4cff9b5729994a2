// Shows the state. Text of models and raters is only ever set as text.

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const inputs = (row) => [...row.querySelectorAll("input")];

const ROWS = all("#rate .row");
const SCREENS = ["intro", "rate", "finish"];
const WORDS = { none: "not rated", part: "partly rated", all: "rated" };

/** Show one of the screens and put the focus on its title. */
function showScreen(name) {
  for (const screen of SCREENS) document.getElementById(screen).hidden = screen !== name;
  scrollTo(0, 0);
  one(`#${name} h1`).focus({ preventScroll: true });
}

/** What the row of radio buttons says: a number, a preference, or null. */
function valueOf(row, said) {
  if ("preference" in row.dataset) return said.preference;
  return said[row.dataset.side][row.dataset.criterion] ?? null;
}

/** Show an answer, or that there is none; to the rater an empty answer is an answer too. */
function showAnswer(side, text) {
  const box = document.getElementById(`answer-${side}`);
  const empty = text.trim() === "";
  box.classList.toggle("empty", empty);
  box.textContent = empty ? "This answer is empty." : text;
  box.scrollTop = 0;
}

/** Show the pair at a place: request, answers and what was said of them. */
function showPair(state, place) {
  const pair = PAIRS[place];
  one("#where").textContent = `Pair ${place + 1} of ${PAIRS.length}`;
  one("#prompt").textContent = pair.prompt;
  for (const side of SIDES) showAnswer(side, pair[side]);
  one("#previous").disabled = place === 0;
  one("#next").textContent = place === PAIRS.length - 1 ? "Finish" : "Next";
  one("#comment").value = saidAt(state, place).comment;
  showSaid(state, place);
}

/** Show what was said of the pair at a place, without its comment. */
function showSaid(state, place) {
  const said = saidAt(state, place);
  for (const row of ROWS) {
    const value = valueOf(row, said);
    row.classList.toggle("rated", value !== null);
    for (const input of inputs(row)) input.checked = input.value === String(value);
  }
}

/** Show how far the rater is. */
function showProgress(state) {
  const done = PAIRS.filter((_, place) => progressAt(state, place) === "all").length;
  one("#progress").value = done;
  one("#count").textContent = `${done} of ${PAIRS.length} pairs rated`;
  one("#finish-text").textContent =
    done === PAIRS.length
      ? "All pairs are rated. Thank you! One step is left: export your ratings."
      : `${done} of ${PAIRS.length} pairs are fully rated. You can still rate the others, or export what you have.`;
  one("#start").textContent = state.at === null ? "Start" : `Go on with pair ${state.at + 1}`;
  for (const list of all(".places"))
    [...list.querySelectorAll("button")].forEach((button, place) => {
      const progress = progressAt(state, place);
      button.dataset.progress = progress;
      button.setAttribute("aria-label", `Pair ${place + 1}, ${WORDS[progress]}`);
      if (place === state.at) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
}

/** Make the buttons that lead to each pair. */
function makePlaces(go) {
  for (const list of all(".places"))
    PAIRS.forEach((_, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(place + 1);
      button.addEventListener("click", () => go(place));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    });
}

/** Say that the ratings are being saved. */
function showSaving() {
  one("#saved").textContent = "Saving …";
}

/** Say whether the ratings are safe. */
function showSaved(saved) {
  one("#saved").classList.toggle("warning", !saved);
  one("#saved").textContent = saved ? "Saved on this device" : "Not saved: export before you close";
}

/** Say something once, to the eye and to a screen reader. */
function tell(text, warning = false) {
  const message = one("#message");
  message.classList.toggle("warning", warning);
  message.textContent = text;
}

/** Give the file to the browser to save. */
function download(name, value) {
  const blob = new Blob([`${JSON.stringify(value, null, 1)}\n`], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
