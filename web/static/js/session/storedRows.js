/** A stored session's rows, as coarse as asked for. */

/** @import { Box, Row, StoredRows } from "../shared/records.js" */

import { EXPRESSIONS } from "../shared/constants.js";
import { get } from "../shared/api.js";

/**
 * The timeline as the server sends it, in columns.
 * @typedef {object} TimelineColumns
 * @property {number[]} t seconds of the session, of each observation
 * @property {object} readings a value for each face in an observation
 * @property {number[]} readings.observation place in t
 * @property {number[]} readings.id
 * @property {string[]} readings.expression
 * @property {number[]} readings.confidence
 * @property {Box[]} readings.box
 * @property {number[][]} [readings.scores] in the order of the expressions
 * @property {number[][]} [readings.smooth]
 * @property {(string | null)[]} [readings.reason] why a face was not judged
 */

/**
 * No rows if the server has none, or does not answer.
 * @param {string} session
 * @param {object} wanted
 * @param {number} wanted.points rows at most
 * @param {number} [wanted.from] only what lies between, in seconds of the session
 * @param {number} [wanted.to]
 * @param {boolean} [wanted.brief] without the scores
 * @returns {Promise<StoredRows>}
 */
export async function fetchRows(session, { points, from, to, brief = false }) {
  const query = { points, from, to, brief: brief ? "yes" : undefined };
  const { error, ...answer } = await get(`/api/sessions/${session}/timeline`, query);
  if (error) return { rows: [], hz: 1, total: 0, every: 1, gaps: [] };
  const { t, readings, usual, total, every, gaps } = answer;
  return { rows: rowsFrom({ t, readings }), hz: 1 / (usual * every), total, every, gaps };
}

/**
 * @param {TimelineColumns} columns
 * @returns {Row[]}
 */
export function rowsFrom({ t, readings }) {
  /** @type {Row[]} */
  const rows = t.map((moment) => ({ t: moment, faces: [] }));
  readings.observation.forEach((observation, place) => {
    const reason = readings.reason?.[place] ?? null;
    rows[observation].faces.push({
      id: readings.id[place],
      expression: readings.expression[place],
      confidence: readings.confidence[place],
      box: readings.box[place],
      scores: named(readings.scores?.[place]),
      smooth: named(readings.smooth?.[place]),
      quality: { ok: !reason, reason },
    });
  });
  return rows;
}

/** @param {number[] | undefined} scores */
const named = (scores) => scores && Object.fromEntries(EXPRESSIONS.map((name, place) => [name, scores[place]]));
