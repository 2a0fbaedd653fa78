/** Why parts of a stored session are missing, in words; what was erased is told by the page itself. */

/** @import { StoredRows } from "../shared/records.js" */

import { formatMoment } from "../shared/sessionTime.js";
import { GAP_WORDS } from "../shared/constants.js";
import * as texts from "../texts/history.js";

/** More are counted, not listed. */
const MAX_LISTED = 12;

/**
 * Empty where there is no gap.
 * @param {StoredRows["gaps"]} all in seconds of the session, `to` being `from` where nothing followed
 */
export function gapSentence(all) {
  const gaps = all.filter(({ why }) => why in GAP_WORDS);
  if (!gaps.length) return "";
  const listed = gaps.slice(0, MAX_LISTED).map(({ from, to, why }) => {
    const end = to > from ? formatMoment(to, true) : "";
    return { why: GAP_WORDS[why], from: formatMoment(from, true), to: end };
  });
  return texts.gaps(listed, gaps.length - listed.length);
}
