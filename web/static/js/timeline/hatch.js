/** Hatching for canvases in the theme without hue, where the seven are told apart by more than seven greys. */

import { HATCHES, HATCH_SIDE } from "../shared/constants.js";
import { penOf } from "../shared/dom.js";
import { themeColour } from "../shared/format.js";

/** @type {Map<string, CanvasPattern | null>} */
const patterns = new Map();

/**
 * Over a part of a canvas that is painted already; in every other theme nothing. The pattern lies on a grid of the canvas, so
 * that it stands still while a session grows.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} expression
 * @param {{ left: number, width: number, height: number }} part device pixels
 * @param {number} scale device pixels in a CSS pixel
 */
export function drawHatch(pen, expression, { left, width, height }, scale) {
  if (document.documentElement.dataset.theme !== "mono" || !HATCHES[expression]?.path) return;
  const key = `${expression} ${scale}`;
  if (!patterns.has(key)) patterns.set(key, patternOf(pen, expression, scale));
  const pattern = patterns.get(key);
  if (!pattern) return;
  pen.fillStyle = pattern;
  pen.fillRect(left, 0, width, height);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} expression
 * @param {number} scale
 */
function patternOf(pen, expression, scale) {
  const { path, width } = HATCHES[expression];
  const side = Math.round(HATCH_SIDE * scale);
  const tile = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const tilePen = penOf(tile);
  tilePen.scale(side / HATCH_SIDE, side / HATCH_SIDE);
  Object.assign(tilePen, { strokeStyle: themeColour("panel"), lineWidth: width, lineCap: "round" });
  tilePen.stroke(new Path2D(path));
  return pen.createPattern(tile, "repeat");
}
