/** A person's verdict on one face: right, or what it really shows. Saved when it is pressed, taken back with Undo. */

import { EXPRESSIONS, OTHER_VERDICTS, UNCLEAR } from "./constants.js";
import { byId, el, setText, smallButton } from "./dom.js";
import { post, remove } from "./api.js";
import { emojiImage } from "./format.js";
import * as texts from "../texts/shared.js";

/** The key of each answer while the keyboard is in the element: the expressions in their order, then the others. */
const KEYS = new Map([...EXPRESSIONS, ...OTHER_VERDICTS].map((verdict, place) => [verdict, String(place + 1)]));
let made = 0;

export class Verdict {
  /** @type {string} */
  #token;
  /** @type {string} */
  #expression;
  /** @type {File | null} */
  #file;
  /** @type {{ id: number, said: string } | null} */
  #saved = null;

  /**
   * @param {object} face
   * @param {string} face.token the server's name for it
   * @param {string} face.expression what Mien says of it
   * @param {File | null} face.file the whole picture, or null where there is none to save
   * @param {{ id: number, said: string } | null} [face.saved] what was said of it before the page was loaded anew
   */
  constructor({ token, expression, file, saved = null }) {
    [this.#token, this.#expression, this.#file] = [token, expression, file];
    made += 1;
    const id = `verdict-${made}`;
    this.whole = el("input", { class: "form-check-input", type: "checkbox", id: `${id}-whole` });
    this.right = this.#button(expression, "btn btn-sm btn-primary");
    this.legend = el("p", { class: "verdict-legend", id: `${id}-legend` });
    this.choices = el("div", { class: "verdict-choices", role: "group", "aria-labelledby": `${id}-legend` }, ...this.#choices());
    const tick = el("div", { class: "form-check" }, this.whole, el("label", { class: "form-check-label soft", for: `${id}-whole` }, texts.SAVE_WHOLE_PICTURE));
    tick.hidden = file === null;
    this.question = el("div", { class: "verdict-asking" }, this.right, this.legend, this.choices, tick);
    this.answer = el("p", { class: "verdict-answer", role: "status" });
    this.undo = smallButton(texts.UNDO, () => this.#takeBack());
    this.undo.hidden = true;
    const named = { role: "group", "aria-labelledby": `${id}-legend` };
    this.element = el("div", { class: "verdict", tabindex: "-1", ...named }, this.question, this.answer, this.undo);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.whole.addEventListener("change", () => this.#label());
    this.#label();
    if (!saved) return;
    this.#saved = saved;
    this.#show(texts.savedAs(saved.said));
  }

  get said() {
    return this.#saved?.said ?? null;
  }

  #choices() {
    const key = (/** @type {string} */ verdict) => el("kbd", { "aria-hidden": "true" }, KEYS.get(verdict) ?? "");
    const expressions = EXPRESSIONS.filter((name) => name !== this.#expression);
    const buttons = expressions.map((name) => this.#button(name, "verdict-choice", emojiImage(name), name, key(name)));
    return [...buttons, ...OTHER_VERDICTS.map((name) => this.#button(name, "verdict-choice", name, key(name)))];
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const verdict = [...KEYS.keys()].find((name) => KEYS.get(name) === event.key);
    if (!verdict || event.ctrlKey || event.metaKey || event.altKey || event.repeat || this.#saved) return;
    event.preventDefault();
    this.save(verdict);
  }

  /**
   * @param {string} verdict
   * @param {string} look its classes
   * @param {...(Node | string)} children
   */
  #button(verdict, look, ...children) {
    const button = el("button", { type: "button", class: look, "data-said": verdict }, ...children);
    const key = KEYS.get(verdict);
    if (key) button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", () => this.save(verdict));
    return button;
  }

  /** The buttons say what they save. */
  #label() {
    const unclear = this.#expression === UNCLEAR;
    this.right.hidden = unclear;
    setText(this.right, texts.thatsRight(this.whole.checked));
    setText(this.legend, texts.actuallyShows(this.whole.checked));
  }

  /**
   * Save what the person says; a sentence says how it went.
   * @param {string} verdict
   */
  async save(verdict) {
    const picture = this.whole.checked ? (this.#file ?? undefined) : undefined;
    const { error, id, kept, stored } = await post("/api/verdicts", { face: this.#token, said: verdict, picture });
    if (error) return setText(this.answer, error);
    this.#saved = { id, said: verdict };
    setText(byId("kept-words"), stored);
    this.#show(texts.savedAsFor(verdict, kept));
  }

  async #takeBack() {
    const { error, stored } = await remove(`/api/verdicts/${this.#saved?.id}`);
    if (error) return setText(this.answer, error);
    this.#saved = null;
    setText(byId("kept-words"), stored);
    this.#show(texts.VERDICT_TAKEN_BACK);
  }

  /**
   * The keyboard goes along: to Undo, or back to the first button.
   * @param {string} sentence
   */
  #show(sentence) {
    const hadFocus = this.element.contains(document.activeElement);
    setText(this.answer, sentence);
    this.question.hidden = this.#saved !== null;
    this.undo.hidden = this.#saved === null;
    if (!hadFocus) return;
    const next = this.right.hidden ? this.element : this.right;
    (this.#saved ? this.undo : next).focus();
  }
}
