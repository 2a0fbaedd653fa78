/** A stored session's rows, as coarse as asked for. */

import { EXPRESSIONS } from "../shared/format.js";

/**
 * {rows, hz, total, every, gaps}: like live ones, hz being how often there is one after the server has thinned out the total to
 * every so many; from, to: only what lies between, in seconds of the session.
 */
export async function rowsOf(session, { points, from, to, brief = false }) {
  const asked = new URLSearchParams({ points, ...(from !== undefined && { from, to }), ...(brief && { brief: "yes" }) });
  try {
    const stretch = await (await fetch(`/api/sessions/${session}/timeline?${asked}`)).json();
    const { total, every, gaps } = stretch;
    return { rows: rows(stretch), hz: 1 / (stretch.usual * every), total, every, gaps };
  } catch {
    return { rows: [], hz: 1, total: 0, every: 1, gaps: [] };
  }
}

const named = (scores) => scores && Object.fromEntries(EXPRESSIONS.map((name, place) => [name, scores[place]]));

function rows({ t, readings }) {
  const made = t.map((moment) => ({ t: moment, faces: [] }));
  readings.observation.forEach((place, number) => {
    made[place].faces.push({
      id: readings.id[number],
      expression: readings.expression[number],
      confidence: readings.confidence[number],
      box: readings.box[number],
      scores: named(readings.scores?.[number]),
      smooth: named(readings.smooth?.[number]),
      quality: { ok: !readings.reason?.[number], reason: readings.reason?.[number] ?? null },
    });
  });
  return made;
}
