/** The question where somebody uses Mien: the answer is kept at once, and shown only where others are watched. */

import { byId, findById, setText } from "./dom.js";
import { fromTheNextOn } from "../texts/shared.js";
import { post } from "./api.js";

const mode = byId("mode", HTMLSelectElement);
let answered = mode.value;

mode.addEventListener("change", async () => {
  const { error, words } = await post("/api/mode", { mode: mode.value });
  if (error) mode.value = answered;
  answered = mode.value;
  setText(byId("mode-words"), error ?? fromTheNextOn(words));
});

// In Settings it stands in no form, and waits for its script by itself.
findById("mode-field")?.removeAttribute("inert");

/** @param {boolean} isAsked whether others are watched, too */
export function showMode(isAsked) {
  byId("mode-choice").hidden = byId("mode-words").hidden = !isAsked;
}
