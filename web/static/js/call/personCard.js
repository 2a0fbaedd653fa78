/** The card of one person on a call: what the face shows now, what that may mean, and the last minutes. Everything keeps its place. */

/** @import { CallPerson, CallView } from "../shared/records.js" */
/** @import { MovementHistory } from "./movementHistory.js" */

import { el, setText, smallButton } from "../shared/dom.js";
import { isOneOfFew } from "./density.js";
import { meaning, noteWords, shownRows } from "./personWords.js";
import { MovementStrip } from "./movementStrip.js";
import { ShownList } from "./shownList.js";
import * as texts from "../texts/call.js";

/** Rows of a card, of a few people and of more. */
const ROWS = 3;
const ROWS_OF_MORE = 2;

export class PersonCard {
  #name = el("button", { type: "button", class: "card-name" });
  #note = el("span", { class: "card-note" });
  #shown = new ShownList(ROWS);
  #strip = new MovementStrip();
  #meaning = el("p", { class: "meaning-words" });
  #alternatives = el("p", { class: "meaning-others" });
  /** @type {HTMLButtonElement} */
  #why;
  /** @type {HTMLElement} */
  #meaningPart;

  /**
   * @param {number} person
   * @param {object} actions
   * @param {(person: number) => void} actions.focusOn
   * @param {(person: number) => void} actions.why
   */
  constructor(person, { focusOn, why }) {
    this.#name.addEventListener("click", () => focusOn(person));
    this.#why = smallButton(texts.WHY, () => why(person), { class: "btn btn-sm btn-quiet card-why" });
    this.#meaningPart = el("div", { class: "card-meaning" }, el("div", {}, this.#meaning, this.#alternatives), this.#why);
    const head = el("div", { class: "card-head" }, el("h3", {}, this.#name), this.#note);
    this.element = el("article", { class: "panel call-card" }, head, this.#shown.element, this.#strip.element, this.#meaningPart);
  }

  /**
   * @param {CallPerson} person
   * @param {object} how
   * @param {CallView} how.call
   * @param {boolean} how.isPaused
   * @param {number | null} how.age seconds
   * @param {MovementHistory} how.history
   */
  show(person, { call, isPaused, age, history }) {
    setText(this.#name, person.name);
    this.#name.setAttribute("title", texts.everythingOf(person.name));
    setText(this.#note, isPaused ? "" : noteWords(person, age));
    this.element.dataset.state = isPaused ? "paused" : person.state;
    this.#shown.show(shownRows(person, { isPaused, rows: isOneOfFew(call.people.length) ? ROWS : ROWS_OF_MORE }));
    this.#strip.show(history, person.person);
    this.#showMeaning(person, call, isPaused);
  }

  /**
   * @param {CallPerson} person
   * @param {CallView} call
   * @param {boolean} isPaused
   */
  #showMeaning(person, call, isPaused) {
    const said = meaning(person, call, isPaused);
    this.#meaningPart.hidden = said === null;
    this.#meaningPart.classList.toggle("is-silent", !said?.isTold);
    setText(this.#meaning, said?.words ?? "");
    setText(this.#alternatives, said?.alternatives ?? "");
    this.#why.setAttribute("aria-label", texts.whyOf(person.name));
  }
}
