/** What the newest observation says of each face. */

/** @import { Reading, Row } from "../shared/records.js" */

import { area } from "../timeline/segments.js";
import { el } from "../shared/dom.js";
import { FaceCard } from "../shared/faceCard.js";
import { NOBODY } from "../shared/constants.js";

export class Readings {
  /** @type {Map<number, FaceCard>} */
  #cards = new Map();
  #nobody = el("p", { class: "nobody" }, NOBODY);

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  /**
   * @param {Row | undefined} row the newest, or undefined before the first
   * @param {boolean} allFaces whether a title says whose face it is
   */
  show(row, allFaces) {
    if (!row) return this.#put([]);
    const faces = [...row.faces].sort((one, other) => area(other) - area(one));
    const ids = new Set(faces.map(({ id }) => id));
    for (const id of this.#cards.keys()) if (!ids.has(id)) this.#cards.delete(id);
    const elements = faces.map((face) => this.#showFace(face, allFaces));
    this.#put(elements.length ? elements : [this.#nobody]);
  }

  /**
   * @param {Reading} face
   * @param {boolean} allFaces
   */
  #showFace(face, allFaces) {
    const card = this.#cards.get(face.id) ?? new FaceCard();
    this.#cards.set(face.id, card);
    const scores = (face.quality.ok ? face.smooth : face.scores) ?? {};
    card.show({ face, scores, title: allFaces ? `Face ${face.id}` : "Your face" });
    return card.element;
  }

  /**
   * Only when it is another list: moving an element would cut its fade short.
   * @param {HTMLElement[]} elements
   */
  #put(elements) {
    const { children } = this.place;
    const isSame = elements.length === children.length && elements.every((element, place) => element === children[place]);
    if (!isSame) this.place.replaceChildren(...elements);
  }
}
