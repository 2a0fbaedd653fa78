/** The sentence that says what went wrong: beside the button that was pressed, in sight, and with the keyboard on it. */

import { byId, showSentence } from "../shared/dom.js";

const box = byId("problem");
/**
 * The button that was pressed last.
 * @type {Element | null}
 */
let pressed = null;

// Enter in a field presses its form's button, too.
document.addEventListener(
  "click",
  ({ target }) => {
    const button = target instanceof Element ? target.closest("main button") : null;
    pressed = button ?? pressed;
  },
  true,
);

/** A key of the page was pressed: what goes wrong belongs beside the buttons that say so. */
export function forgetPressed() {
  pressed = null;
}

/**
 * Show a sentence; null takes it away.
 * @param {string | null | undefined} sentence
 * @param {object} about
 * @param {boolean} about.isAnswer whether it answers what the person has just done: then it is scrolled to and focused
 * @param {Element} about.otherwise the button beside which it stands when the one that was pressed is out of sight
 */
export function showProblemBox(sentence, { isAnswer, otherwise }) {
  const isNew = Boolean(sentence) && box.textContent !== sentence;
  const button = pressed?.checkVisibility() ? pressed : otherwise;
  const place = button.closest("[data-problem-here]");
  if (isNew && place && place.nextElementSibling !== box) place.after(box);
  showSentence(box, sentence);
  if (!isNew || !isAnswer) return;
  box.scrollIntoView({ block: "nearest" });
  box.focus({ preventScroll: true });
}
