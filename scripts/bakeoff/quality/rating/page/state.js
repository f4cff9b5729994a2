// What the rater has said.

const DATA = JSON.parse(document.getElementById("data").textContent);
const PAIRS = DATA.pairs;
const SIDES = ["left", "right"];
const PREFERENCES = ["left", "tie", "right", "both_bad"];

/** What nobody has said anything about yet. */
const blank = () => ({ left: {}, right: {}, preference: null, comment: "" });

/** A number that tells this rater's exports from those of anyone else with the same page. */
function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The state of somebody who has just opened the page. */
const fresh = () => ({ session: newSession(), changes: 0, at: null, shortcuts: true, said: {} });

const isScore = (value) =>
  Number.isInteger(value) && value >= DATA.lowest && value <= DATA.highest;

/** What was said of one pair, as far as it can be: a stored value may be anything. */
function revivedPair(found) {
  const pair = blank();
  for (const side of SIDES)
    for (const criterion of DATA.criteria)
      if (isScore(found?.[side]?.[criterion])) pair[side][criterion] = found[side][criterion];
  if (PREFERENCES.includes(found?.preference)) pair.preference = found.preference;
  if (typeof found?.comment === "string")
    pair.comment = found.comment.slice(0, DATA.comment_characters);
  return pair;
}

/** A state from what was kept or came from another tab; null where that is none. */
function revived(found) {
  if (typeof found?.session !== "string" || !/^[0-9a-f]{16}$/.test(found.session)) return null;
  const state = { ...fresh(), session: found.session, shortcuts: found.shortcuts !== false };
  if (Number.isSafeInteger(found.changes) && found.changes > 0) state.changes = found.changes;
  if (Number.isInteger(found.at) && found.at >= 0 && found.at < PAIRS.length) state.at = found.at;
  for (const { pair } of PAIRS)
    if (found.said?.[pair]) state.said[pair] = revivedPair(found.said[pair]);
  return state;
}

/** What was said of the pair at a place. */
const saidAt = (state, place) => state.said[PAIRS[place].pair] ?? blank();

/** How much of the pair at a place is rated: "none", "part" or "all". The comment is extra. */
function progressAt(state, place) {
  const said = saidAt(state, place);
  const scores = SIDES.flatMap((side) => DATA.criteria.map((name) => said[side][name]));
  const given = [...scores, said.preference].filter((value) => value != null).length;
  if (given === scores.length + 1) return "all";
  return given || said.comment ? "part" : "none";
}

/** What is exported: the pairs that something was said of, in the order of the page. */
function exported(state) {
  const pairs = PAIRS.map(({ pair }, place) => {
    const said = saidAt(state, place);
    // Half a character, as a cut through an emoji leaves it, is no text that JSON can carry.
    return { pair, ...said, comment: said.comment.replace(/\p{Cs}/gu, "\ufffd") };
  });
  return {
    format: "bakeoff-rating",
    version: DATA.version,
    rater: DATA.rater,
    items_sha256: DATA.items_sha256,
    session: state.session,
    changes: state.changes,
    exported_at: new Date().toISOString(),
    pairs: pairs.filter((_, place) => progressAt(state, place) !== "none"),
  };
}
