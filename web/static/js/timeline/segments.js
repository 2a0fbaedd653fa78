/** Rows as stretches of time that each show one thing: an expression, unclear, or nobody. */

import { area } from "../live/readings.js";
import { NOBODY } from "../shared/format.js";

export const LARGEST = "largest";

/** The face of a row that is meant: the largest one, or the one with that number. */
export function faceOf(row, whose) {
  if (whose !== LARGEST) return row.faces.find(({ id }) => id === whose);
  return row.faces.reduce((best, face) => (best && area(best) >= area(face) ? best : face), undefined);
}

/**
 * Seconds an observation speaks for, and those after which silence is a gap: a slow machine may skip a beat or two. Told by
 * what came, as that machine may manage less than was asked for; of fewer than two rows, by what was asked for.
 */
export function rhythm(rows, hz) {
  const steps = Float64Array.from(rows.slice(1), (row, place) => row.t - rows[place].t).sort();
  const usual = steps[steps.length >> 1] ?? (hz ? 1 / hz : 0.1);
  return { usual, patience: Math.max(2.5 * usual, 1.5) };
}

/** [{from, to, what, confidence}] in seconds of the session. */
export function cellsOf(rows, whose, hz) {
  const { usual, patience } = rhythm(rows, hz);
  return rows.map((row, place) => {
    const next = rows[place + 1]?.t ?? Infinity;
    const to = next - row.t <= patience ? next : row.t + usual;
    const face = faceOf(row, whose);
    return { from: row.t, to, what: face ? face.expression : NOBODY, confidence: face?.confidence ?? 0 };
  });
}

/** [[what, share of the readings]] of one face, or of all when the largest is meant, largest first; as the server counts them. */
export function shares(rows, whose) {
  const faces = rows.flatMap((row) => row.faces).filter(({ id }) => whose === LARGEST || id === whose);
  const counts = new Map();
  for (const { expression } of faces) counts.set(expression, (counts.get(expression) ?? 0) + 1);
  return [...counts].map(([what, count]) => [what, count / faces.length]).sort(([, one], [, other]) => other - one);
}
