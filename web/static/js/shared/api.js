/** Ask the server over HTTP. */

import { AWAY } from "./socket.js";

/** Send a form; resolves to the answer, which has `error`, a sentence, when it was refused. */
export async function post(address, form = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.append(name, value);
  try {
    return await (await fetch(address, { method: "POST", body })).json();
  } catch {
    return { error: AWAY };
  }
}
