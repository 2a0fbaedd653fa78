/** What the newest observation says of each face, in places that stay: one's own face in full, of several people a row each. */

/** @import { LiveRow } from "../shared/records.js" */

import { el } from "../shared/dom.js";
import { inReadingOrder } from "./readingOrder.js";
import { OwnReading } from "./ownReading.js";
import { PersonRow } from "./personRow.js";
import * as texts from "../texts/live.js";

export class Readings {
  #own = new OwnReading();
  /** In the order in which they came into view; they stay. */
  #people = el("div", { class: "people", role: "group", "aria-label": texts.PEOPLE, tabindex: 0 });
  /** @type {Map<number, PersonRow>} */
  #rows = new Map();
  /** @type {string | null} */
  #session = null;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    place.replaceChildren(this.#own.element, this.#people);
    this.show([], { allFaces: false, isMirrored: false });
  }

  /**
   * @param {LiveRow[]} rows of the session, the newest last; none where nothing is watched: then the places stay empty
   * @param {object} session
   * @param {boolean} session.allFaces whether everybody is followed
   * @param {boolean} session.isMirrored whether the picture is shown as in a mirror
   */
  show(rows, { allFaces, isMirrored }) {
    const last = rows.at(-1);
    this.place.classList.toggle("is-empty", !last);
    this.#own.element.hidden = allFaces;
    this.#people.hidden = !allFaces;
    if (!last) return;
    if (!allFaces) return this.#own.show(last.faces[0]);
    if (last.session !== this.#session) this.#forgetPeople(last.session);
    const newcomers = last.faces.filter(({ id }) => !this.#rows.has(id));
    for (const { id } of inReadingOrder(newcomers, isMirrored)) this.#add(id);
    for (const [id, row] of this.#rows) row.show(last.faces.find((face) => face.id === id), last.n, this.#rows.size);
  }

  /** @param {string} session the one that begins */
  #forgetPeople(session) {
    this.#session = session;
    this.#rows.clear();
    this.#people.replaceChildren();
  }

  /** @param {number} id */
  #add(id) {
    const row = new PersonRow(id);
    this.#rows.set(id, row);
    this.#people.append(row.element);
  }
}
