/** One picture and what was found in it. */

import { el, say } from "../shared/dom.js";
import { FaceCard } from "../shared/faceCard.js";
import { Verdict } from "../shared/verdict.js";

const NOTES = {
  detected: "",
  padded: "Found once the picture had a border around it.",
  crop: "The whole picture was taken as one face.",
};

export class Result {
  constructor(file) {
    this.file = file;
    this.unseen = false;
    this.verdicts = [];
    this.picture = el("img", { alt: `The picture ${file.name}` });
    this.stage = el("figure", { class: "result-stage" }, this.picture);
    this.words = el("p", { class: "result-words" }, "Looking …");
    this.faces = el("div", { class: "result-faces" });
    const title = el("h2", { class: "result-title" }, file.name);
    this.element = el("section", { class: "panel result" }, title, this.stage, el("div", {}, this.words, this.faces));
    this.#load(file);
  }

  /** Straight from the person's file until it is answered; a kind that the browser cannot show (TIFF) has its words alone. */
  #load(file) {
    this.picture.onload = () => URL.revokeObjectURL(this.picture.src);
    this.picture.onerror = () => (this.stage.hidden = this.unseen = true);
    this.picture.src = URL.createObjectURL(file);
  }

  /** What the server answered; again, when it was asked again. */
  show({ error, faces, prior, width, height, trouble, shown }) {
    this.faces.replaceChildren();
    this.verdicts = [];
    for (const box of this.stage.querySelectorAll(".box")) box.remove();
    if (shown) this.#showJudged(shown);
    this.stage.hidden = this.unseen || Boolean(error);
    this.words.classList.toggle("trouble", Boolean(error));
    say(this.words, error ?? [faces.length ? "" : NO_FACE, prior === "default" ? "" : `Prior: ${prior}.`, trouble].filter(Boolean).join(" "));
    this.words.hidden = !this.words.textContent;
    (faces ?? []).forEach((face, place) => this.#add(face, place + 1, width, height));
  }

  /** The picture as the server read it: browsers turn pictures by other rules, and the boxes would lie beside the faces. */
  #showJudged(jpeg) {
    this.unseen = false;
    this.picture.src = `data:image/jpeg;base64,${jpeg}`;
  }

  #add(face, number, width, height) {
    const card = new FaceCard();
    card.show({ face, scores: face.scores, title: `Face ${number}`, note: NOTES[face.found] });
    const verdict = new Verdict({ token: face.token, expression: face.expression, file: this.file });
    card.element.append(verdict.element);
    this.verdicts.push(verdict);
    this.faces.append(card.element);
    if (face.found !== "crop") this.stage.append(boxAround(face.box, number, width, height));
  }
}

const NO_FACE =
  "No face was found in this picture. It helps when a face is upright, seen from the front, lit, and takes up a good part of the picture.";

/** In shares of the picture, so that it fits at any size. */
function boxAround([x, y, boxWidth, boxHeight], number, width, height) {
  const box = el("div", { class: "box", "aria-hidden": "true" }, el("span", { class: "box-number" }, String(number)));
  const share = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(box.style, { left: share(x, width), top: share(y, height), width: share(boxWidth, width), height: share(boxHeight, height) });
  return box;
}
