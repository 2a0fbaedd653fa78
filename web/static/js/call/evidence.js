/** The evidence of a possible reading: what was seen, and whether the rule was compared with people's answers. */

/** @import { PossibleReading } from "../shared/records.js" */

import { UNVALIDATED, VALIDATED } from "../texts/call.js";

/** @param {PossibleReading} reading */
export const checkedWords = ({ validated }) => (validated ? VALIDATED : UNVALIDATED);

/**
 * What was seen, without what else it can mean, which has a list of its own.
 * @param {PossibleReading} reading
 */
export const seenSentences = ({ why, alternatives }) => why.filter((sentence) => !alternatives.some((each) => sentence.endsWith(`: ${each}`)));
