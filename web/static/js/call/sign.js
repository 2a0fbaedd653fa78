/** The drawn signs of movements, and of the states of a card; the words always stand beside them. */

const SVG = "http://www.w3.org/2000/svg";
/** Signs that are no movements. */
const STATES = ["rest", "learning", "unclear", "masked", "away", "waiting", "paused"];

/** Absolute: the small view's window has no address of its own. */
const addressOf = (/** @type {string} */ name) => new URL(`/static/${STATES.includes(name) ? "face-states" : "signs"}/${name}.svg#sign`, location.origin).href;

/** An empty sign. */
export function makeSign() {
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("class", "sign");
  sign.setAttribute("viewBox", "0 0 24 24");
  sign.setAttribute("aria-hidden", "true");
  sign.append(document.createElementNS(SVG, "use"));
  return sign;
}

/**
 * Only when it is another one: a picture that is set again is loaded again.
 * @param {SVGElement} sign
 * @param {string} name of a movement or a state; empty for none
 */
export function setSign(sign, name) {
  const use = sign.firstElementChild;
  if (!use || use.getAttribute("href") === (name && addressOf(name))) return;
  use.setAttribute("href", name && addressOf(name));
}
