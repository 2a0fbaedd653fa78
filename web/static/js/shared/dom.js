/** Find and make elements; text goes in as text and never as markup. */

/**
 * The element with an id, of the kind that is named; it has to be there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {{ new (): T }} [kind] such as HTMLInputElement
 * @returns {T}
 */
export function byId(id, kind) {
  const element = findById(id, kind);
  if (element === null) throw new Error(`The page has no ${kind?.name ?? "element"} #${id}.`);
  return element;
}

/**
 * As `byId`, but null where this page has none.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {{ new (): T }} [kind]
 * @returns {T | null}
 */
export function findById(id, kind) {
  const element = document.getElementById(id);
  return element instanceof (kind ?? HTMLElement) ? /** @type {T} */ (element) : null;
}

/**
 * Make an element; a child is a node or a text, null is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * A small button that calls `press`.
 * @param {string} text
 * @param {() => void} press
 * @param {Record<string, string>} [attributes]
 */
export function smallButton(text, press, attributes = {}) {
  const button = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary", ...attributes }, text);
  button.addEventListener("click", press);
  return button;
}

/**
 * Set a text only when it is another one: what did not change is not announced again.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Show a sentence in a box that is hidden while there is none.
 * @param {HTMLElement} box
 * @param {string | null | undefined} sentence
 */
export function showSentence(box, sentence) {
  box.hidden = !sentence;
  setText(box, sentence ?? "");
}

/**
 * The drawing context of a canvas, in two dimensions.
 * @param {HTMLCanvasElement} canvas
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("This browser draws on no canvas.");
  return pen;
}
