/** The session's rows as the server tells them; `since` asks for those that were missed. */

/** As many as the server keeps. */
const MOST = 21_600;

export class History {
  session = null;
  rows = [];

  get last() {
    return this.rows.at(-1);
  }

  /** Forget everything but the name of the new session. */
  reset(session) {
    this.session = session;
    this.rows = [];
  }

  /** Take a row in; false if some before it are missing. */
  add(row) {
    if (row.session !== this.session) this.reset(row.session);
    const known = this.last?.n ?? 0;
    if (row.n > known + 1) return false;
    if (row.n === known + 1) this.#append(row);
    return true;
  }

  /** Take in what the server had after a row; of a session that is new here the beginning is still to be asked for. */
  merge({ session, rows }, after) {
    if (session !== this.session) {
      this.reset(session);
      if (after > 0) return;
    }
    const known = this.last?.n ?? 0;
    for (const row of rows) if (row.n > known) this.#append(row);
  }

  #append(row) {
    this.rows.push(row);
    if (this.rows.length > MOST) this.rows.shift();
  }
}

let fetching = null;

/** Ask for the rows after the last one; one question at a time. */
export function catchUp(history) {
  fetching ??= ask(history, history.last?.n ?? 0).finally(() => (fetching = null));
  return fetching;
}

async function ask(history, after) {
  try {
    history.merge(await (await fetch(`/api/timeline?after=${after}`)).json(), after);
  } catch {
    // A server that is gone is told by the live connection, which asks again when it is back.
  }
}
