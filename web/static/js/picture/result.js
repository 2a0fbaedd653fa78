/** One picture and what was found in it. */

/** @import { Answer } from "../shared/records.js" */
/** @import { FoundFace } from "./faceEntry.js" */

import { el, setText, showSentence, smallButton } from "../shared/dom.js";
import { FaceEntry } from "./faceEntry.js";
import { FacesInPicture } from "./facesInPicture.js";
import { facesSummary } from "./faceList.js";
import { REMOVE } from "../texts/shared.js";
import * as texts from "../texts/picture.js";

/** From so many faces on, each begins as one row. */
const MANY_FACES = 6;

export class Result {
  /** @type {FaceEntry[]} */
  #entries = [];
  /**
   * The server's name for the picture, once it is stored.
   * @type {string | null | undefined}
   */
  kept = null;
  /**
   * The server's name for the picture while it has it in memory.
   * @type {string | undefined}
   */
  held = undefined;
  isRemoved = false;

  /**
   * @param {File} file
   * @param {(result: Result) => void} onRemove called when the person does not want it here any more
   */
  constructor(file, onRemove) {
    this.file = file;
    this.stage = new FacesInPicture(file.name);
    this.words = el("p", { class: "result-words" }, texts.READING);
    this.summary = el("p", { class: "result-summary" });
    this.fold = smallButton(texts.OPEN_ALL, () => this.#openAll(this.#entries.some(({ element }) => !element.open)));
    this.faces = el("div", { class: "result-faces" });
    this.removeButton = smallButton(REMOVE, () => onRemove(this), { "aria-label": texts.removeFromPage(file.name) });
    const title = el("h2", { class: "result-title" }, file.name);
    this.above = el("div", { class: "result-above" }, this.summary, this.fold);
    const found = el("div", { class: "result-found" }, this.words, this.above, this.faces);
    this.element = el("section", { class: "panel result" }, el("div", { class: "result-head" }, title, this.removeButton), this.stage.element, found);
    this.above.hidden = true;
  }

  /** Whether somebody said what one of its faces shows. */
  get hasVerdict() {
    return this.#entries.some(({ verdict }) => verdict.said !== null);
  }

  /**
   * What the server answered; again, when it was asked again.
   * @param {Answer} answer
   */
  show({ error, faces = [], prior, width, height, trouble, shown, kept, held }) {
    this.kept ??= kept;
    this.held = held ?? this.held;
    if (shown) this.stage.showAnswer(shown, { width, height });
    this.stage.setVisible(!error);
    this.words.classList.toggle("problem", Boolean(error));
    const sentences = [!faces.length && texts.NO_FACE, prior !== "default" && texts.priorIs(prior), trouble];
    showSentence(this.words, error ?? sentences.filter(Boolean).join(" "));
    this.#showFaces(/** @type {FoundFace[]} */ (faces), { width, height });
  }

  /**
   * @param {FoundFace[]} faces in reading order
   * @param {{ width: number, height: number }} size
   */
  #showFaces(faces, size) {
    const hasMany = faces.length >= MANY_FACES;
    // Judged again under another prior, the faces are the same: what was open stays open.
    const wereOpen = this.#entries.map(({ element }) => element.open);
    const isOpen = (/** @type {number} */ place) => (wereOpen.length === faces.length ? wereOpen[place] : !hasMany);
    this.#entries = faces.map((face, place) => new FaceEntry(face, { number: place + 1, size, file: this.file, isOpen: isOpen(place) }));
    this.element.classList.toggle("has-many", hasMany);
    setText(this.summary, facesSummary(faces));
    this.above.hidden = faces.length === 0;
    this.fold.hidden = !hasMany;
    this.faces.replaceChildren(...this.#entries.map(({ element }) => element));
    this.stage.setBoxes(this.#entries.flatMap(({ box }) => box ?? []));
    for (const { element } of this.#entries) element.addEventListener("toggle", () => this.#nameFold());
    this.#nameFold();
    if (faces.length) this.#drawCrops();
  }

  async #drawCrops() {
    const entries = this.#entries;
    const { picture } = this.stage;
    // Refused if the next answer came meanwhile, which draws its own.
    const isLoaded = await picture.decode().then(
      () => true,
      () => false,
    );
    if (isLoaded) for (const entry of entries) entry.drawCrop(picture);
  }

  /** @param {boolean} isOpen */
  #openAll(isOpen) {
    for (const { element } of this.#entries) element.open = isOpen;
  }

  /** The button says what it does. */
  #nameFold() {
    setText(this.fold, this.#entries.some(({ element }) => !element.open) ? texts.OPEN_ALL : texts.CLOSE_ALL);
  }
}
