// What the browser keeps, after every change, in its IndexedDB. Not in localStorage: Chromium 156
// opens a file now and then without what was last written there, and loses what is written next.

const SESSIONS = "sessions";
const PLACE = `${DATA.rater}/${DATA.items_sha256}/`;

/** What an IndexedDB request results in. */
const resultOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opening = null;

/** The database of all rating pages in this browser. */
function opened() {
  if (opening === null) {
    const request = indexedDB.open("bakeoff-rating", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SESSIONS);
    opening = resultOf(request).then((database) => {
      // The browser may take it away, as some do while a page is in the background.
      database.onclose = () => { opening = null; };
      return database;
    });
  }
  return opening;
}

/** The longest of the sessions kept; null where there is none, or the browser keeps nothing. */
async function kept() {
  try {
    const sessions = (await opened()).transaction(SESSIONS).objectStore(SESSIONS);
    const found = await resultOf(sessions.getAll(IDBKeyRange.bound(PLACE, `${PLACE}~`)));
    return found
      .map(revived)
      .reduce((best, next) => (next && next.changes >= (best?.changes ?? 0) ? next : best), null);
  } catch {
    opening = null;
    return null;
  }
}

/**
 * Keep the state; whether it is on the disk. Each session has a place of its own, so that none
 * ever replaces another.
 */
async function keep(state) {
  try {
    const database = await opened();
    const transaction = database.transaction(SESSIONS, "readwrite", { durability: "strict" });
    transaction.objectStore(SESSIONS).put(state, PLACE + state.session);
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      transaction.commit();
    });
    return true;
  } catch {
    opening = null;
    return false;
  }
}
