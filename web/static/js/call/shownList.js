/** What a face shows as a few rows that keep their places: a sign, words, and for how long. */

/** @import { ShownRow } from "./personWords.js" */

import { el, setText } from "../shared/dom.js";
import { makeSign, setSign } from "./sign.js";

export class ShownList {
  /** @param {number} rows so many have a place */
  constructor(rows) {
    this.rows = Array.from({ length: rows }, () => {
      const [sign, words, detail] = [makeSign(), el("span", { class: "shown-words" }), el("span", { class: "shown-detail" })];
      return { sign, words, detail, element: el("li", { class: "shown" }, sign, words, detail) };
    });
    this.element = el("ul", { class: "shown-list" }, ...this.rows.map(({ element }) => element));
  }

  /** @param {ShownRow[]} shown */
  show(shown) {
    for (const [place, { sign, words, detail, element }] of this.rows.entries()) {
      const row = shown[place];
      // An empty row keeps its place, and is nothing for screen readers.
      element.classList.toggle("is-empty", !row);
      element.setAttribute("aria-hidden", String(!row));
      setSign(sign, row?.sign ?? "");
      setText(words, row?.words ?? "");
      setText(detail, row?.detail ?? "");
    }
  }
}
