/** A small ribbon of one person's last minute: a colour an expression, as high as it is sure; in the look of the page's other drawings. */

/** @import { LiveRow } from "../shared/records.js" */

import { GAP_RULE, UNCLEAR } from "../shared/constants.js";

/** Seconds. */
export const RIBBON_SECONDS = 60;
/** CSS pixels. */
const HEIGHT = 24;
const LOWEST = 3;
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{ label: string, from: number, to: number, outline: string }} Run what stays the same; pixels, and the path of its top */

/**
 * Nothing is drawn where the person was not in view.
 * @param {LiveRow[]} rows of the last minute, the newest last
 * @param {number} id of the face
 * @param {number} hz observations a second that were asked for
 * @param {number} width pixels
 * @returns {Run[]}
 */
export function runsOf(rows, id, hz, width) {
  const step = hz ? 1 / hz : GAP_RULE.everyFrame;
  const patience = Math.max(GAP_RULE.factor * step, GAP_RULE.seconds);
  const end = rows.at(-1)?.t ?? 0;
  const x = (/** @type {number} */ t) => Math.round(10 * width * Math.max(0, 1 - (end - t) / RIBBON_SECONDS)) / 10;
  /** @type {Run[]} */
  const runs = [];
  rows.forEach((row, place) => {
    const face = row.faces.find((each) => each.id === id);
    if (!face) return;
    const next = rows[place + 1]?.t ?? end;
    const [from, to] = [x(row.t), x(next - row.t > patience ? row.t + step : next)];
    const outline = `V${Math.round(HEIGHT - Math.max(LOWEST, face.confidence * HEIGHT))}H${to}`;
    const last = runs.at(-1);
    if (last?.label === face.expression && last.to === from) Object.assign(last, { to, outline: last.outline + outline });
    else runs.push({ label: face.expression, from, to, outline });
  });
  return runs;
}

/**
 * Draw it anew.
 * @param {Element} place that holds nothing else
 * @param {LiveRow[]} rows of the last minute, the newest last
 * @param {number} id of the face
 * @param {number} hz observations a second that were asked for
 */
export function drawPersonRibbon(place, rows, id, hz) {
  const width = place.clientWidth;
  const drawing = svg("svg", { class: "trend-drawing", viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none" });
  for (const { label, from, to, outline } of runsOf(rows, id, hz, width)) {
    const d = `M${from},${HEIGHT}${outline}V${HEIGHT}Z`;
    if (label === UNCLEAR) drawing.append(svg("rect", { class: "unclear-line", x: from, y: HEIGHT / 2 - 1, width: to - from, height: 2 }));
    else drawing.append(svg("path", { class: "fill", "data-expression": label, d }), svg("path", { class: "hatch", d, fill: `url(#hatch-${label})` }));
  }
  place.replaceChildren(drawing);
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
