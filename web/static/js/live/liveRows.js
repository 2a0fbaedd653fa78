/** The rows of the session that runs, as the server sends them; those that were missed are asked for. */

/** @import { LiveRow } from "../shared/records.js" */

import { get } from "../shared/api.js";
import { LIMITS } from "../shared/constants.js";

export class LiveRows {
  /** @type {string | null} */
  session = null;
  /** @type {LiveRow[]} */
  rows = [];

  get last() {
    return this.rows.at(-1);
  }

  /**
   * Forget everything but the name of the new session.
   * @param {string | null} session
   */
  reset(session) {
    this.session = session;
    this.rows = [];
  }

  /**
   * Take a row in; false if some before it are missing.
   * @param {LiveRow} row
   */
  add(row) {
    if (row.session !== this.session) this.reset(row.session);
    const known = this.last?.n ?? 0;
    if (row.n > known + 1) return false;
    if (row.n === known + 1) this.#append(row);
    return true;
  }

  /**
   * Take in what the server had after a row; of a session that is new here the beginning is still to be asked for.
   * @param {{ session: string | null, rows: LiveRow[] }} answer
   * @param {number} after number of that row
   */
  merge({ session, rows }, after) {
    if (session !== this.session) {
      this.reset(session);
      if (after > 0) return;
    }
    const known = this.last?.n ?? 0;
    for (const row of rows) if (row.n > known) this.#append(row);
  }

  /** @param {LiveRow} row */
  #append(row) {
    this.rows.push(row);
    if (this.rows.length > LIMITS.timelineRows) this.rows.shift();
  }
}

/** @type {Promise<void> | null} */
let fetching = null;

/**
 * Ask for the rows after the last one; one request at a time.
 * @param {LiveRows} live
 */
export function fetchMissedRows(live) {
  fetching ??= fetchAfter(live, live.last?.n ?? 0).finally(() => {
    fetching = null;
  });
  return fetching;
}

/**
 * @param {LiveRows} live
 * @param {number} after
 */
async function fetchAfter(live, after) {
  const { error, session, rows } = await get("/api/timeline", { after });
  // A server that is gone is told by the live connection, which asks again when it is back.
  if (!error) live.merge({ session, rows }, after);
}
