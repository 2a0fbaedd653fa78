/** Erasing a part of a session: its times as the ribbons show them, what goes, and the question before it does. */

/** @import { Range } from "../shared/records.js" */

import { byId, showSentence } from "../shared/dom.js";
import { formatMoment, fromField, toField } from "../shared/sessionTime.js";
import { get, withQuery } from "../shared/api.js";
import { fromTo } from "../texts/shared.js";
import { askToErase } from "../shared/eraseDialog.js";
import { onSubmit } from "../shared/submit.js";
import * as texts from "../texts/history.js";

const fromInput = byId("partial-erase-from", HTMLInputElement);
const toInput = byId("partial-erase-to", HTMLInputElement);

/** @param {string | null | undefined} sentence */
const showProblem = (sentence) => showSentence(byId("partial-erase-problem"), sentence);

/**
 * Offer the form.
 * @param {string} session
 */
export function offerPartialErase(session) {
  byId("partial-erase").hidden = false;
  onSubmit(byId("partial-erase-form", HTMLFormElement), async () => showProblem(await askFor(session, secondsIn(fromInput), secondsIn(toInput))));
}

/**
 * The part that is being looked at, rounded outwards to what its fields show.
 * @param {Range} range
 */
export function fillPartialErase([from, to]) {
  /** @type {[HTMLInputElement, number][]} */
  const fields = [[fromInput, Math.floor(from)], [toInput, Math.ceil(to)]];
  for (const [field, t] of fields) {
    field.value = toField(t);
    Object.assign(field.dataset, { filled: field.value, t });
  }
  showProblem(null);
}

/**
 * What is untouched means the moment that it was filled in for: in the night that has an hour twice, words alone do not tell.
 * @param {HTMLInputElement} field
 */
const secondsIn = ({ value, dataset }) => (value === dataset.filled ? Number(dataset.t) : fromField(value));

/**
 * null when the question is asked, else why there is nothing to ask.
 * @param {string} session
 * @param {number} from
 * @param {number} to
 */
async function askFor(session, from, to) {
  if (Number.isNaN(from) || Number.isNaN(to)) return texts.GIVE_BOTH_TIMES;
  const address = `/api/sessions/${session}/moment`;
  const { what, error } = await get(address, { from, to });
  if (error) return error;
  const part = fromTo(formatMoment(from, true), formatMoment(to, true));
  askToErase({ erase: withQuery(address, { from, to }), what: texts.partOfSession(part, what) });
  return null;
}
