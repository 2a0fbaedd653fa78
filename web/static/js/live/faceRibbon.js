/** A small ribbon of one face's last minute: a colour an expression, as high as it is sure. */

/** @import { Row } from "../shared/records.js" */

import { NOBODY, UNCLEAR } from "../shared/constants.js";
import { drawHatch } from "../timeline/hatch.js";
import { penOf } from "../shared/dom.js";
import { segmentsOf } from "../timeline/segments.js";
import { themeColour } from "../shared/format.js";

/** Seconds. */
export const RIBBON_SECONDS = 60;
/** Share of the height that the least sure reading has: still a colour, and not a line. */
const LOWEST = 0.3;
/** CSS pixels. */
const UNCLEAR_LINE = 2;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Row[]} rows of the last minute, the newest last
 * @param {number} id of the face
 * @param {number} hz observations a second that were asked for
 */
export function drawFaceRibbon(canvas, rows, id, hz) {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = penOf(canvas);
  pen.clearRect(0, 0, width, height);
  const segments = segmentsOf(rows, id, hz);
  const end = segments.at(-1)?.to ?? 0;
  const place = (/** @type {number} */ t) => Math.round(Math.max(0, 1 - (end - t) / RIBBON_SECONDS) * width);
  for (const { from, to, label, confidence } of segments.filter((each) => each.label !== NOBODY)) {
    const [left, right] = [place(from), place(to)];
    const high = label === UNCLEAR ? UNCLEAR_LINE * scale : Math.round(height * (LOWEST + (1 - LOWEST) * confidence));
    pen.fillStyle = themeColour(label === UNCLEAR ? "soft" : label);
    pen.fillRect(left, label === UNCLEAR ? (height - high) / 2 : height - high, right - left, high);
    if (label !== UNCLEAR) drawHatch(pen, label, { left, top: height - high, width: right - left, height: high }, scale);
  }
}
