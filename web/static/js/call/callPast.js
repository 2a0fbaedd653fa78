/** The call that is over: when it was, and the way to look back at it, or to keep it. */

/** @import { State } from "../shared/records.js" */

import { byId, setText } from "../shared/dom.js";
import { get } from "../shared/api.js";
import { isActive } from "../shared/state.js";
import * as texts from "../texts/call.js";

const place = byId("call-past");
/**
 * The session whose end was asked about.
 * @type {string | null | undefined}
 */
let asked = null;

/** @param {State} now */
export async function followPast(now) {
  const isPast = Boolean(now.is_call) && !isActive(now) && !["connecting", "away"].includes(now.kind);
  if (!isPast) [asked, place.hidden] = [null, true];
  if (!isPast || now.session === asked) return;
  asked = now.session;
  const { error, ending } = await get("/api/ending");
  if (error || !ending || ending.session !== asked) return;
  setText(byId("call-past-words"), ending.saved ? texts.callWas(ending.began, ending.length) : texts.callIsNotSaved(ending.began, ending.length));
  setText(byId("call-past-open"), ending.saved ? texts.LOOK_BACK : texts.KEEP_OR_DISCARD);
  byId("call-past-open").setAttribute("href", ending.saved ? `/history/${ending.session}` : "/");
  place.hidden = false;
}
