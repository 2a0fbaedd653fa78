/** A person's verdict on one face: right, or what it really shows. Saved when it is pressed, taken back with Undo. */

import { byId, el, say } from "./dom.js";
import { AWAY } from "./socket.js";
import { emojiImage, EXPRESSIONS, UNCLEAR } from "./format.js";

const OTHERS = ["not a face", "can't tell"];
const CROP = "the crop";
const WHOLE = "the crop and the whole picture";
/** While the keyboard is in it: the expressions in their order, then the others. */
const KEYS = new Map([...EXPRESSIONS, ...OTHERS].map((said, place) => [said, String(place + 1)]));
let made = 0;

export class Verdict {
  #token;
  #expression;
  #file;
  #saved = null;

  /** token: the server's name for the face; file: the whole picture, or null where there is none to save. */
  constructor({ token, expression, file }) {
    [this.#token, this.#expression, this.#file] = [token, expression, file];
    const id = `verdict-${++made}`;
    this.whole = el("input", { class: "form-check-input", type: "checkbox", id: `${id}-whole` });
    this.right = this.#button(expression, "btn btn-sm btn-primary");
    this.legend = el("p", { class: "verdict-legend", id: `${id}-legend` });
    this.choices = el("div", { class: "verdict-choices", role: "group", "aria-labelledby": `${id}-legend` }, ...this.#choices());
    const tick = el("div", { class: "form-check" }, this.whole, el("label", { class: "form-check-label soft", for: `${id}-whole` }, "Save the whole picture too"));
    tick.hidden = file === null;
    this.asking = el("div", { class: "verdict-asking" }, this.right, this.legend, this.choices, tick);
    this.answer = el("p", { class: "verdict-answer", role: "status" });
    this.undo = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, "Undo");
    this.undo.hidden = true;
    const named = { role: "group", "aria-labelledby": `${id}-legend` };
    this.element = el("div", { class: "verdict", tabindex: "-1", ...named }, this.asking, this.answer, this.undo);
    this.element.addEventListener("keydown", (event) => this.#pressed(event));
    this.whole.addEventListener("change", () => this.#name());
    this.undo.addEventListener("click", () => this.#takeBack());
    this.#name();
  }

  get said() {
    return this.#saved?.said ?? null;
  }

  #choices() {
    const key = (name) => el("kbd", { "aria-hidden": "true" }, KEYS.get(name));
    const expressions = EXPRESSIONS.filter((name) => name !== this.#expression);
    const buttons = expressions.map((name) => this.#button(name, "verdict-choice", emojiImage(name), name, key(name)));
    return [...buttons, ...OTHERS.map((name) => this.#button(name, "verdict-choice", name, key(name)))];
  }

  #pressed(event) {
    const said = [...KEYS.keys()].find((name) => KEYS.get(name) === event.key);
    if (!said || event.ctrlKey || event.metaKey || event.altKey || event.repeat || this.#saved) return;
    event.preventDefault();
    this.say(said);
  }

  #button(said, look, ...children) {
    const button = el("button", { type: "button", class: look, "data-said": said }, ...children);
    if (KEYS.has(said)) button.setAttribute("aria-keyshortcuts", KEYS.get(said));
    button.addEventListener("click", () => this.say(said));
    return button;
  }

  /** The buttons say what they save. */
  #name() {
    const what = this.whole.checked ? WHOLE : CROP;
    const unclear = this.#expression === UNCLEAR;
    this.right.hidden = unclear;
    say(this.right, `Right · save ${what}`);
    say(this.legend, `${unclear ? "It really is" : "No, it really is"} … · save ${what}`);
  }

  /** Save what the person says; the sentence tells how it went. */
  async say(said) {
    const body = new FormData();
    body.append("face", this.#token);
    body.append("said", said);
    if (this.whole.checked) body.append("picture", this.#file);
    const { error, id, kept, stored } = await answered(fetch("/api/verdicts", { method: "POST", body }));
    if (error) return say(this.answer, error);
    this.#saved = { id, said };
    say(byId("kept-words"), stored);
    this.#show(`Saved as ${said}: ${kept}.`);
  }

  async #takeBack() {
    const { error, stored } = await answered(fetch(`/api/verdicts/${this.#saved.id}`, { method: "DELETE" }));
    if (error) return say(this.answer, error);
    this.#saved = null;
    say(byId("kept-words"), stored);
    this.#show("Taken back: nothing of it is kept.");
  }

  /** The keyboard goes along: to Undo, or back to the first button. */
  #show(sentence) {
    const here = this.element.contains(document.activeElement);
    say(this.answer, sentence);
    this.asking.hidden = this.#saved !== null;
    this.undo.hidden = this.#saved === null;
    if (here) (this.#saved ? this.undo : this.right.hidden ? this.element : this.right).focus();
  }
}

async function answered(asked) {
  try {
    return await (await asked).json();
  } catch {
    return { error: AWAY };
  }
}
