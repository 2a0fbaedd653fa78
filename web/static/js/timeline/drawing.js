/** Drawings that the server makes as SVG, put into the page. */

const SVG = "image/svg+xml";
/** CSS pixels of a rem at the usual text size, in which drawings are measured. */
const UNIT_REM = 16;

/**
 * How wide a drawing has to be, in its own units: larger text makes everything in it larger.
 * @param {HTMLElement} place
 */
export function unitsWide(place) {
  const rem = parseFloat(getComputedStyle(place.ownerDocument.documentElement).fontSize);
  return Math.round((place.clientWidth * UNIT_REM) / rem);
}

/**
 * Parsed as XML, a drawing runs no script, and the page's policy loads nothing for it.
 * @param {HTMLElement} place
 * @param {string} svg
 */
export function putDrawing(place, svg) {
  bringPatterns(place.ownerDocument);
  const drawing = new DOMParser().parseFromString(svg, SVG).documentElement;
  // Until the next one comes, a drawing fills a place whose width changed.
  drawing.setAttribute("preserveAspectRatio", "none");
  place.replaceChildren(place.ownerDocument.importNode(drawing, true));
}

/**
 * Drawings refer to hatches and dots, which every page has; another window gets them from here.
 * @param {Document} other
 */
function bringPatterns(other) {
  if (other === document || other.querySelector(".defs")) return;
  const patterns = document.querySelector(".defs");
  if (patterns) other.body.append(other.importNode(patterns, true));
}
