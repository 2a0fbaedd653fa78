/** A picture with a box around each face. The boxes are one stop for Tab; the arrow keys go from box to box. */

/** @import { Box } from "../shared/records.js" */

import { el } from "../shared/dom.js";
import * as texts from "../texts/picture.js";

/** Boxes narrower than this share of the picture have their number above them: inside it would cover the face. */
const NARROW_SHARE = 0.2;
/** Pixels of the longer side: what is smaller is enlarged to `SHOWN_SIDE`, or its box would be smaller than the box's number. */
const TINY = 128;
const SHOWN_SIDE = "8rem";

export class FacesInPicture {
  /** Whether the browser cannot show this kind of picture (TIFF). */
  #isUnshowable = false;
  /** @type {HTMLButtonElement[]} */
  #boxes = [];
  #group = el("div", { class: "boxes", role: "group", "aria-label": texts.BOXES });

  /** @param {string} name the picture's */
  constructor(name) {
    this.picture = el("img", { alt: texts.picture(name) });
    this.element = el("figure", { class: "result-stage" }, this.picture, this.#group);
    this.picture.onerror = () => {
      this.#isUnshowable = true;
      this.element.hidden = true;
    };
    this.#group.addEventListener("keydown", (event) => this.#onKey(event));
    this.#group.hidden = true;
  }

  /**
   * Straight from the person's file, until it is answered.
   * @param {File} file
   */
  showFile(file) {
    this.picture.onload = () => URL.revokeObjectURL(this.picture.src);
    this.picture.src = URL.createObjectURL(file);
  }

  /**
   * The picture as the server read it: browsers turn pictures by other rules, and the boxes would lie beside the faces.
   * @param {string} jpeg in base64
   * @param {{ width: number, height: number }} size pixels of the picture
   */
  showAnswer(jpeg, { width, height }) {
    this.#isUnshowable = false;
    if (Math.max(width, height) < TINY) this.picture.style[width < height ? "height" : "width"] = SHOWN_SIDE;
    this.picture.onload = null;
    this.picture.src = `data:image/jpeg;base64,${jpeg}`;
  }

  /** @param {boolean} isWanted false where there is an error instead of a picture */
  setVisible(isWanted) {
    this.element.hidden = this.#isUnshowable || !isWanted;
  }

  /** @param {HTMLButtonElement[]} boxes in reading order; they replace those before */
  setBoxes(boxes) {
    this.#boxes = boxes;
    this.#group.replaceChildren(...boxes);
    this.#group.hidden = boxes.length === 0;
    for (const [place, box] of boxes.entries()) {
      box.tabIndex = place === 0 ? 0 : -1;
      box.addEventListener("focus", () => this.#setCurrent(box));
    }
  }

  /** @param {HTMLButtonElement} current where Tab comes back to */
  #setCurrent(current) {
    for (const box of this.#boxes) box.tabIndex = box === current ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const place = this.#boxes.findIndex((box) => box === event.target);
    /** @type {Record<string, number>} */
    const places = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: -1 };
    if (place < 0 || !(event.key in places)) return;
    event.preventDefault();
    this.#boxes.at(places[event.key] % this.#boxes.length)?.focus();
  }
}

/**
 * A button around a face, in shares of the picture, so that it fits at any size.
 * @param {Box} box
 * @param {{ width: number, height: number }} size pixels of the picture
 * @param {number} number
 * @param {string} label what a screen reader says
 */
export function boxAround([x, y, boxWidth, boxHeight], { width, height }, number, label) {
  const isNarrow = boxWidth < NARROW_SHARE * width;
  const tag = el("span", { class: "box-number" }, String(number));
  const box = el("button", { type: "button", class: isNarrow ? "box is-narrow" : "box", "aria-label": label }, tag);
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  Object.assign(box.style, { left: share(x, width), top: share(y, height), width: share(boxWidth, width), height: share(boxHeight, height) });
  return box;
}
