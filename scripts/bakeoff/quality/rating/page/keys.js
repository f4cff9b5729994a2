// Keys: numbers rate the marked row, arrows move, letters prefer and turn pages.

const PREFERENCE_KEYS = { a: "left", t: "tie", b: "right", x: "both_bad" };

/** The row that has the focus. */
const rowInFocus = () => document.activeElement?.closest?.("#rate .row") ?? null;

/** Put the focus into a row, on what is chosen there. */
function focusRow(row) {
  const found = inputs(row);
  (found.find((input) => input.checked) ?? found[0]).focus();
}

/** Put the focus into the row before (-1) or after (1) this one; after the last comes "Next". */
function focusBeside(row, step) {
  const place = ROWS.indexOf(row) + step;
  if (place >= ROWS.length) one("#next").focus();
  else if (place >= 0) focusRow(ROWS[place]);
}

/** The value one step lower (-1) or higher (1) than what is chosen in the row. */
function stepped(row, step) {
  const values = inputs(row).map((input) => input.value);
  const chosen = inputs(row).findIndex((input) => input.checked);
  if (chosen < 0) return values[step > 0 ? 0 : values.length - 1];
  return values[Math.min(values.length - 1, Math.max(0, chosen + step))];
}

/** Rate the row in focus, or else the first that is not rated, and go on to the next. */
function rateByKey(score, actions) {
  const row = rowInFocus() ?? ROWS.find((each) => !each.classList.contains("rated")) ?? ROWS[0];
  if ("preference" in row.dataset) return;
  actions.choose(row, String(score));
  focusBeside(row, 1);
}

/** What a key does while a row has the focus; whether it did anything. */
function keyInRow(key, row, actions) {
  if (key === "ArrowUp") focusBeside(row, -1);
  else if (key === "ArrowDown") focusBeside(row, 1);
  else if (key === "ArrowLeft" || key === "ArrowRight") {
    actions.choose(row, stepped(row, key === "ArrowLeft" ? -1 : 1));
    focusRow(row);
  } else if (key === "0" || key === "Delete" || key === "Backspace") actions.choose(row, null);
  else return false;
  return true;
}

/** What a key does while a pair is shown; whether it did anything. */
function keyOnPair(key, actions) {
  const row = rowInFocus();
  if (row && keyInRow(key, row, actions)) return true;
  if (/^[0-9]$/.test(key) && isScore(Number(key))) rateByKey(Number(key), actions);
  else if (key in PREFERENCE_KEYS) {
    actions.choose(ROWS.at(-1), PREFERENCE_KEYS[key]);
    one("#next").focus();
  } else if (key === "n") actions.move(1);
  else if (key === "p") actions.move(-1);
  else if (key === "c") one("#comment").focus();
  else return false;
  return true;
}

/** Listen for keys. */
function listen(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.tagName === "TEXTAREA") {
      if (event.key === "Escape") one("#next").focus();
      return;
    }
    if (!actions.shortcuts()) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let done = true;
    if (key === "e") actions.exportAll();
    else if (key === "h" || key === "?") actions.help();
    else done = !one("#rate").hidden && keyOnPair(key, actions);
    if (done) event.preventDefault();
  });
}
