/** What the newest observation says of each face. */

import { el } from "../shared/dom.js";
import { FaceCard } from "../shared/faceCard.js";
import { NOBODY } from "../shared/format.js";

export class Readings {
  #cards = new Map();
  #nobody = el("p", { class: "nobody" }, NOBODY);

  constructor(place) {
    this.place = place;
  }

  /** row: the newest, or undefined before the first. */
  show(row, everybody) {
    if (!row) return this.#put([]);
    const faces = [...row.faces].sort((one, other) => area(other) - area(one));
    this.#forgetAllBut(new Set(faces.map(({ id }) => id)));
    const elements = faces.map((face) => this.#card(face, everybody));
    this.#put(elements.length ? elements : [this.#nobody]);
  }

  #card(face, everybody) {
    if (!this.#cards.has(face.id)) this.#cards.set(face.id, new FaceCard());
    const card = this.#cards.get(face.id);
    card.show({ face, scores: face.quality.ok ? face.smooth : face.scores, title: everybody ? `Face ${face.id}` : "Your face" });
    return card.element;
  }

  #forgetAllBut(ids) {
    for (const id of this.#cards.keys()) if (!ids.has(id)) this.#cards.delete(id);
  }

  /** Only when it is another list: moving an element would cut its fade short. */
  #put(elements) {
    const same = elements.length === this.place.children.length && elements.every((it, n) => it === this.place.children[n]);
    if (!same) this.place.replaceChildren(...elements);
  }
}

export const area = ({ box: [, , width, height] }) => width * height;
