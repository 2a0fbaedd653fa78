/** One line for each person on a call, as small as closed captions. */

/** @import { CallView } from "../shared/records.js" */

import { el, setText } from "../shared/dom.js";
import { makeSign, setSign } from "./sign.js";
import { meaningLine, shownLine, shownRows } from "./personWords.js";
import * as texts from "../texts/call.js";

/** @typedef {{ element: HTMLElement, sign: SVGElement, name: HTMLElement, words: HTMLElement }} Line */

export class Captions {
  /** @type {Map<number, Line>} */
  #lines = new Map();
  #empty = el("p", { class: "soft" }, texts.NOBODY_YET);
  #list = el("ul", { class: "captions" });
  element = el("div", {}, this.#empty, this.#list);

  /**
   * @param {CallView} call
   * @param {boolean} isPaused
   */
  show(call, isPaused) {
    this.#empty.hidden = call.people.length > 0;
    const gone = [...this.#lines].filter(([person]) => !call.people.some((each) => each.person === person));
    for (const [person, { element }] of gone) {
      element.remove();
      this.#lines.delete(person);
    }
    for (const person of call.people) {
      const line = this.#lines.get(person.person) ?? this.#add(person.person);
      const [first] = shownRows(person, { isPaused, rows: 1 });
      setSign(line.sign, first.sign);
      setText(line.name, person.name);
      setText(line.words, texts.captionOf(shownLine(person, isPaused), meaningLine(person, call, isPaused)));
    }
  }

  /** @param {number} person */
  #add(person) {
    const [sign, name, words] = [makeSign(), el("span", { class: "caption-name" }), el("span", { class: "caption-words" })];
    const line = { sign, name, words, element: el("li", { class: "caption" }, sign, name, words) };
    this.#lines.set(person, line);
    this.#list.append(line.element);
    return line;
  }
}
