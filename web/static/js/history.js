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

  /** Take in all that the server had after the last row. */
  merge({ session, rows }) {
    if (session !== this.session) this.reset(session);
    const known = this.last?.n ?? 0;
    for (const row of rows) if (row.n > known) this.#append(row);
  }

  #append(row) {
    this.rows.push({ ...row, time: Date.parse(row.at) / 1000 });
    if (this.rows.length > MOST) this.rows.shift();
  }
}

let fetching = null;

/** Ask for the rows after the last one; one question at a time. */
export function catchUp(history) {
  fetching ??= fetch(`/api/timeline?after=${history.last?.n ?? 0}`)
    .then((answer) => answer.json())
    .then((news) => history.merge(news))
    .finally(() => (fetching = null));
  return fetching;
}
