/** Why a stretch of a stored ribbon is a gap, in words; what was erased is told by the page itself. */

import { timeOf } from "../shared/sessionTime.js";

const WHY = { paused: "paused", lost: "camera lost", unsaved: "not saved", silent: "nothing kept" };
/** More are counted, not listed. */
const MOST = 12;

/** all: [{from, to, why}] in seconds of the session, to being from where nothing followed. Empty where there is no gap. */
export function bareWords(all) {
  const gaps = all.filter(({ why }) => why in WHY);
  if (!gaps.length) return "";
  const told = gaps.slice(0, MOST).map(({ from, to, why }) => {
    const until = to > from ? timeOf(to, true) : "the end";
    return `${WHY[why]} from ${timeOf(from, true)} to ${until}`;
  });
  const more = gaps.length - told.length;
  return `Gaps: ${told.join("; ")}${more ? `; and ${more} more` : ""}.`;
}
