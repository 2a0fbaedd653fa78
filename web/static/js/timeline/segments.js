/** Rows as segments of time that each show one thing: an expression, unclear, or nobody. */

/** @import { Box, Reading, Row } from "../shared/records.js" */

import { NOBODY, SAMPLING } from "../shared/constants.js";

/** Whose timeline it is: this, or a face's number. */
export const LARGEST = "largest";

/** @typedef {number | typeof LARGEST} FaceChoice */

/**
 * @typedef {object} Segment
 * @property {number} from seconds of the session
 * @property {number} to
 * @property {string} label an expression, unclear, or nobody
 * @property {number} confidence 0 to 1; 0 for nobody
 */

/**
 * Square pixels of a face's box.
 * @param {{ box: Box }} face
 */
export const area = ({ box: [, , width, height] }) => width * height;

/**
 * The face of a row that is meant, if it is there.
 * @param {Row} row
 * @param {FaceChoice} choice
 * @returns {Reading | undefined}
 */
export function chosenFace({ faces }, choice) {
  if (choice !== LARGEST) return faces.find(({ id }) => id === choice);
  return faces.length ? faces.reduce((best, face) => (area(face) > area(best) ? face : best)) : undefined;
}

/**
 * Seconds that an observation stands for (interval), and seconds of silence that are a gap (gap): a slow machine may skip an
 * observation or two. The interval is the median of what came, as that machine may manage less than was asked for; of fewer
 * than two rows it is what was asked for. As in tracker/core/sampling.py.
 * @param {Row[]} rows
 * @param {number} hz observations a second that were asked for; 0 is every frame
 */
export function sampling(rows, hz) {
  const steps = Float64Array.from(rows.slice(1), (row, place) => row.t - rows[place].t).sort();
  const interval = steps[Math.floor(steps.length / 2)] ?? (hz ? 1 / hz : SAMPLING.everyFrameInterval);
  return { interval, gap: Math.max(SAMPLING.gapFactor * interval, SAMPLING.minGapSeconds) };
}

/**
 * @param {Row[]} rows
 * @param {FaceChoice} choice
 * @param {number} hz
 * @returns {Segment[]}
 */
export function segmentsOf(rows, choice, hz) {
  const { interval, gap } = sampling(rows, hz);
  return rows.map((row, place) => {
    const next = rows[place + 1]?.t ?? Infinity;
    const to = next - row.t <= gap ? next : row.t + interval;
    const face = chosenFace(row, choice);
    return { from: row.t, to, label: face ? face.expression : NOBODY, confidence: face?.confidence ?? 0 };
  });
}

/**
 * [label, share of the readings], the largest first: of one face, or of all when the largest is meant, as the server counts them.
 * @param {Row[]} rows
 * @param {FaceChoice} choice
 * @returns {[string, number][]}
 */
export function sharesOf(rows, choice) {
  const faces = rows.flatMap((row) => row.faces).filter(({ id }) => choice === LARGEST || id === choice);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { expression } of faces) counts.set(expression, (counts.get(expression) ?? 0) + 1);
  const shares = [...counts].map(([label, count]) => /** @type {[string, number]} */ ([label, count / faces.length]));
  return shares.sort(([, one], [, other]) => other - one);
}
