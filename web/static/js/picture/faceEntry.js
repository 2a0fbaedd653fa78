/** One face of a picture: its box, and a card that folds into a row. Each shows where the other is. */

/** @import { Box, Reading, Scores } from "../shared/records.js" */

import { boxAround } from "./facesInPicture.js";
import { el, penOf, smallButton } from "../shared/dom.js";
import { FaceCard } from "../shared/faceCard.js";
import { faceNumber } from "../texts/shared.js";
import { looksWords } from "../shared/format.js";
import { Verdict } from "../shared/verdict.js";
import * as texts from "../texts/picture.js";

/** @typedef {Pick<Reading, "box" | "expression" | "confidence" | "doubt" | "quality"> & { scores: Scores, token: string, found: string, saved: { id: number, said: string } | null }} FoundFace */

/** What is shown around a face, in shares of its box. */
const CROP_MARGIN = 0.3;
/** Pixels of a crop's side: twice as many as the page shows it in, for fine screens. */
const CROP_PIXELS = 192;

export class FaceEntry {
  /** @type {HTMLButtonElement | null} null where the whole picture is the face */
  box = null;
  /** @type {{ box: Box, size: { width: number, height: number } }} */
  #cropBox;
  #attention = { isPointedAt: false, hasFocus: false };
  #crop = el("canvas", { class: "face-crop", width: CROP_PIXELS, height: CROP_PIXELS, "aria-hidden": "true" });

  /**
   * @param {FoundFace} face
   * @param {object} picture
   * @param {number} picture.number the face's place in reading order, from 1
   * @param {{ width: number, height: number }} picture.size pixels of the picture
   * @param {File} picture.file
   * @param {boolean} picture.isOpen whether the card begins open
   */
  constructor(face, { number, size, file, isOpen }) {
    const card = new FaceCard();
    card.show({ face, scores: face.scores, title: faceNumber(number), note: texts.FOUND[face.found] });
    this.verdict = new Verdict({ token: face.token, expression: face.expression, file, saved: face.saved });
    this.#cropBox = { box: face.box, size };
    this.summary = el("summary", { class: "face-row" }, this.#crop, el("div", {}, card.title, card.head));
    const body = el("div", { class: "face-body" }, card.list, card.note, this.verdict.element);
    this.element = el("details", { class: "face" }, this.summary, body);
    this.element.open = isOpen;
    this.#linkTo(this.element);
    if (face.found === "crop") return;
    const box = boxAround(face.box, size, number, texts.faceShows(faceNumber(number), looksWords(face.expression)));
    this.box = box;
    this.#linkTo(box);
    box.addEventListener("click", () => this.#goToCard());
    body.prepend(smallButton(texts.SHOW_IN_PICTURE, () => box.focus(), { class: "btn btn-sm btn-outline-secondary face-show" }));
  }

  /** @param {HTMLImageElement} picture loaded, of any size */
  drawCrop(picture) {
    const { box, size } = this.#cropBox;
    const [x, y, side] = squareAround(box, size);
    const scale = picture.naturalWidth / size.width;
    penOf(this.#crop).drawImage(picture, x * scale, y * scale, side * scale, side * scale, 0, 0, CROP_PIXELS, CROP_PIXELS);
  }

  #goToCard() {
    this.element.open = true;
    this.summary.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /**
   * Pointed at or focused, both are lit.
   * @param {HTMLElement} part the card or the box
   */
  #linkTo(part) {
    part.addEventListener("pointerenter", () => this.#light({ isPointedAt: true }));
    part.addEventListener("pointerleave", () => this.#light({ isPointedAt: false }));
    part.addEventListener("focusin", () => this.#light({ hasFocus: true }));
    part.addEventListener("focusout", () => this.#light({ hasFocus: false }));
  }

  /** @param {{ isPointedAt?: boolean, hasFocus?: boolean }} change */
  #light(change) {
    Object.assign(this.#attention, change);
    const isLit = this.#attention.isPointedAt || this.#attention.hasFocus;
    for (const part of [this.element, this.box]) part?.classList.toggle("is-lit", isLit);
  }
}

/**
 * The square around a face with some of what surrounds it, as far as the picture goes: x, y and side in the picture's pixels.
 * @param {Box} box
 * @param {{ width: number, height: number }} size
 */
export function squareAround([x, y, width, height], size) {
  const side = Math.min(Math.max(width, height) * (1 + 2 * CROP_MARGIN), size.width, size.height);
  const inside = (/** @type {number} */ from, /** @type {number} */ length) => Math.min(Math.max(from, 0), length - side);
  return [inside(x + width / 2 - side / 2, size.width), inside(y + height / 2 - side / 2, size.height), side];
}
