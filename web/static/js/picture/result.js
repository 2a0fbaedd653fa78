/** One picture and what was found in it. */

/** @import { Answer, Box, Reading, Scores } from "../shared/records.js" */

import { el, setText } from "../shared/dom.js";
import { FaceCard } from "../shared/faceCard.js";
import { Verdict } from "../shared/verdict.js";

/** @typedef {Pick<Reading, "box" | "expression" | "confidence" | "doubt" | "quality"> & { scores: Scores, token: string, found: string }} FoundFace */

/**
 * How a face was found, where that is worth a sentence.
 * @type {Record<string, string>}
 */
const FOUND_NOTES = {
  padded: "Found once the picture had a border around it.",
  crop: "The whole picture was taken as one face.",
};
const NO_FACE =
  "No face was found in this picture. A face is easier to find when it is upright, seen from the front, well lit, and large in the picture.";

export class Result {
  /** Whether the browser cannot show this kind of picture (TIFF). */
  isUnshowable = false;
  /** @type {Verdict[]} */
  verdicts = [];
  /**
   * The server's name for the picture, once it is stored.
   * @type {string | null | undefined}
   */
  kept = null;

  /** @param {File} file */
  constructor(file) {
    this.file = file;
    this.picture = el("img", { alt: `The picture ${file.name}` });
    this.stage = el("figure", { class: "result-stage" }, this.picture);
    this.words = el("p", { class: "result-words" }, "Reading …");
    this.faces = el("div", { class: "result-faces" });
    const title = el("h2", { class: "result-title" }, file.name);
    this.element = el("section", { class: "panel result" }, title, this.stage, el("div", {}, this.words, this.faces));
    // Straight from the person's file until it is answered.
    this.picture.onload = () => URL.revokeObjectURL(this.picture.src);
    this.picture.onerror = () => {
      this.isUnshowable = true;
      this.stage.hidden = true;
    };
    this.picture.src = URL.createObjectURL(file);
  }

  /**
   * What the server answered; again, when it was asked again.
   * @param {Answer} answer
   */
  show({ error, faces = [], prior, width, height, trouble, shown }) {
    this.faces.replaceChildren();
    this.verdicts = [];
    for (const box of this.stage.querySelectorAll(".box")) box.remove();
    if (shown) {
      // The picture as the server read it: browsers turn pictures by other rules, and the boxes would lie beside the faces.
      this.isUnshowable = false;
      this.picture.src = `data:image/jpeg;base64,${shown}`;
    }
    this.stage.hidden = this.isUnshowable || Boolean(error);
    this.words.classList.toggle("problem", Boolean(error));
    const sentences = [!faces.length && NO_FACE, prior !== "default" && `Prior: ${prior}.`, trouble];
    setText(this.words, error ?? sentences.filter(Boolean).join(" "));
    this.words.hidden = !this.words.textContent;
    faces.forEach((/** @type {FoundFace} */ face, /** @type {number} */ place) => this.#addFace(face, place + 1, width, height));
  }

  /**
   * @param {FoundFace} face
   * @param {number} number
   * @param {number} width pixels of the picture
   * @param {number} height
   */
  #addFace(face, number, width, height) {
    const card = new FaceCard();
    card.show({ face, scores: face.scores, title: `Face ${number}`, note: FOUND_NOTES[face.found] });
    const verdict = new Verdict({ token: face.token, expression: face.expression, file: this.file });
    card.element.append(verdict.element);
    this.verdicts.push(verdict);
    this.faces.append(card.element);
    if (face.found !== "crop") this.stage.append(boxAround(face.box, number, width, height));
  }
}

/**
 * In shares of the picture, so that it fits at any size.
 * @param {Box} box
 * @param {number} number
 * @param {number} width
 * @param {number} height
 */
function boxAround([x, y, boxWidth, boxHeight], number, width, height) {
  const box = el("div", { class: "box", "aria-hidden": "true" }, el("span", { class: "box-number" }, String(number)));
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  Object.assign(box.style, { left: share(x, width), top: share(y, height), width: share(boxWidth, width), height: share(boxHeight, height) });
  return box;
}
