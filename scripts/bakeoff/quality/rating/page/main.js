// The page itself: what happens when something is chosen, and when it is opened.

/** Tells the same page in other tabs of every change. */
const TABS = new BroadcastChannel(`bakeoff-rating/${PLACE}`);

let state = fresh();
let unsaved = false;
/** Number of the latest change. */
let latest = 0;

/** Save what was changed, and show how far that is. */
async function save() {
  const own = ++latest;
  unsaved = true;
  showProgress(state);
  showSaving();
  TABS.postMessage(state);
  const saved = await keep(state);
  // A later change holds this one too, and tells for both.
  if (own !== latest) return;
  unsaved = !saved;
  showSaved(saved);
}

/** Change what is said of the pair that is shown. */
function change(edit) {
  const name = PAIRS[state.at].pair;
  state.said[name] ??= blank();
  edit(state.said[name]);
  state.changes += 1;
  tell("");
  save();
}

/** Choose a value, as its radio button has it, in a row; null clears the row. */
function choose(row, value) {
  change((said) => {
    const { side, criterion } = row.dataset;
    if ("preference" in row.dataset) said.preference = value;
    else if (value === null) delete said[side][criterion];
    else said[side][criterion] = Number(value);
  });
  showSaid(state, state.at);
}

/** Go to a pair. */
function go(place) {
  state.at = place;
  tell("");
  showPair(state, place);
  showScreen("rate");
  save();
}

/** Go so many pairs on; after the last one comes the end. */
function move(step) {
  const place = state.at + step;
  if (place >= PAIRS.length) showScreen("finish");
  else if (place >= 0) go(place);
}

/** Export what was said so far. */
function exportAll() {
  const value = exported(state);
  if (value.pairs.length === 0) {
    tell("There is nothing to export yet.");
    return;
  }
  const name = `${DATA.rater}-${DATA.items_sha256.slice(0, 8)}.json`;
  download(name, value);
  unsaved = false;
  tell(`Exported ${value.pairs.length} of ${PAIRS.length} pairs as ${name}.`);
}

const help = () => showScreen("intro");
const carryOn = () => go(state.at ?? 0);

function clearPair() {
  change((said) => Object.assign(said, blank()));
  showPair(state, state.at);
}

/** Take over what was said on the same page in another tab. */
function follow(event) {
  const other = revived(event.data);
  if (!other || other.changes < state.changes) return;
  state = { ...other, at: state.at };
  if (state.at !== null) showPair(state, state.at);
  showProgress(state);
}

async function begin() {
  const found = await kept();
  if (found) state = found;
  makePlaces(go);
  for (const row of ROWS)
    row.addEventListener("change", (event) => choose(row, event.target.value));
  one("#comment").addEventListener("input", (event) =>
    change((said) => { said.comment = event.target.value; }));
  const clicks = { "#start": carryOn, "#back": carryOn, "#help": help, "#clear": clearPair };
  for (const [selector, action] of Object.entries(clicks))
    one(selector).addEventListener("click", action);
  one("#previous").addEventListener("click", () => move(-1));
  one("#next").addEventListener("click", () => move(1));
  for (const button of all(".export")) button.addEventListener("click", exportAll);
  one("#shortcuts").checked = state.shortcuts;
  one("#shortcuts").addEventListener("change", (event) => {
    state.shortcuts = event.target.checked;
    save();
  });
  TABS.onmessage = follow;
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  listen({ choose, move, exportAll, help, shortcuts: () => state.shortcuts });
  showProgress(state);
  if (state.at === null) help();
  else {
    go(state.at);
    tell("Welcome back. Your ratings are still here.");
  }
}

begin();
