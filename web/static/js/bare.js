/** Why a stretch of a stored ribbon is bare, in words. */

import { clock } from "./words.js";

const WHY = { paused: "paused", lost: "camera lost", unsaved: "not saved", erased: "erased", silent: "nothing kept" };
/** More are counted, not listed. */
const MOST = 12;

/** gaps: [{from, to, why}] in seconds of the session; timeAt: their moments in seconds since 1970. Empty where nothing is bare. */
export function bareWords(gaps, timeAt) {
  if (!gaps.length) return "";
  const told = gaps.slice(0, MOST).map(({ from, to, why }) => `${WHY[why]} from ${clock(timeAt(from), true)} to ${clock(timeAt(to), true)}`);
  const more = gaps.length - told.length;
  return `Bare: ${told.join("; ")}${more ? `; and ${more} more` : ""}.`;
}
