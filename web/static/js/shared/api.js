/** Requests to the server over HTTP. Whatever goes wrong comes back as an answer with `error`, a sentence. */

/** @import { Answer, Camera } from "./records.js" */

import { AWAY } from "../texts/shared.js";

/** @typedef {Record<string, string | number | undefined>} Query what follows the question mark; undefined is left out */
/** @typedef {FormData | Record<string, string | Blob | undefined>} Form */

/**
 * Ask for something.
 * @param {string} address
 * @param {Query} [query]
 */
export function get(address, query = {}) {
  return request(withQuery(address, query));
}

/**
 * A file of the server; null where it has none (any more).
 * @param {string} address
 * @param {string} name
 */
export async function getFile(address, name) {
  try {
    const answer = await fetch(address);
    return answer.ok ? new File([await answer.blob()], name) : null;
  } catch {
    return null;
  }
}

/**
 * The cameras of this machine; none if the server does not answer.
 * @returns {Promise<Camera[]>}
 */
export async function fetchCameras() {
  return (await get("/api/sources")).cameras ?? [];
}

/**
 * Send a form.
 * @param {string} address
 * @param {Form} [form]
 * @param {RequestInit} [options] such as keepalive, for a page that is being left
 */
export function post(address, form = {}, options = {}) {
  return request(address, { method: "POST", body: formOf(form), ...options });
}

/**
 * Send a form, and wait and send it again as long as the server says that others come first.
 * @param {string} address
 * @param {Form} form
 */
export async function postInTurn(address, form) {
  try {
    for (;;) {
      const answer = await fetch(address, { method: "POST", body: formOf(form) });
      const seconds = Number(answer.headers.get("Retry-After"));
      if (!seconds) return await answered(answer);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  } catch {
    return { error: AWAY };
  }
}

/**
 * Send a value as JSON.
 * @param {string} address
 * @param {unknown} value
 */
export function postJson(address, value) {
  return request(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

/**
 * Send a file as the body itself: the browser reads it from the disk while it is sent.
 * @param {string} address
 * @param {Query} query
 * @param {File} file
 */
export function postFile(address, query, file) {
  return request(withQuery(address, query), { method: "POST", body: file });
}

/**
 * Delete what has this address.
 * @param {string} address
 */
export function remove(address) {
  return request(address, { method: "DELETE" });
}

/**
 * An address with a query.
 * @param {string} address
 * @param {Query} query
 */
export function withQuery(address, query) {
  const entries = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return entries.length ? `${address}?${new URLSearchParams(entries)}` : address;
}

/**
 * @param {string} address
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 */
async function request(address, options = {}) {
  try {
    return await answered(await fetch(address, options));
  } catch {
    return { error: AWAY };
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<Answer>}
 */
async function answered(answer) {
  // The gate refuses in plain text: the token is missing, or too many windows are open.
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return { error: (await answer.text()).trim() || AWAY };
  return answer.json();
}

/** @param {Form} form */
function formOf(form) {
  if (form instanceof FormData) return form;
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.append(name, value);
  return body;
}
