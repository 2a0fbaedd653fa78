/** The start of a call session: where the user is, and which call it is. */

/** @import { PushedSession } from "../live/pushedSession.js" */
/** @import { ShowProblem } from "../shared/records.js" */

import { byId, setText } from "../shared/dom.js";
import { onSubmit } from "../shared/submit.js";
import { post } from "../shared/api.js";
import * as texts from "../texts/call.js";

const form = byId("call-form", HTMLFormElement);
const part = byId("call-part", HTMLInputElement);

/** @param {string} name */
const chosen = (name) => form.querySelector(`input[name=${name}]:checked`)?.getAttribute("value") ?? "";

/** What Start starts, as the server wants it. */
function source() {
  const kind = chosen("kind");
  const region = part.value.replaceAll(" ", "");
  return kind === "screen" && region ? `screen:${region}` : kind;
}

/** The button says what it starts. */
function showFitting() {
  setText(byId("call-start"), texts.START[chosen("kind")] ?? "");
}

/**
 * @param {PushedSession} pushed
 * @param {ShowProblem} showProblem
 */
export function connectStart(pushed, showProblem) {
  part.addEventListener("input", () => {
    byId("kind-screen", HTMLInputElement).checked = true;
    showFitting();
  });
  form.addEventListener("change", showFitting);
  // Kept at once, as in Settings: it holds for all pages.
  byId("call-mode").addEventListener("change", async () => showProblem((await post("/api/mode", { mode: chosen("mode") })).error ?? null));
  showFitting();
  onSubmit(form, async () => {
    const mode = chosen("mode");
    const wish = { source: source(), hz: Number(form.dataset.hz), faces: "all", mode };
    showProblem(mode ? await pushed.command(wish.source, "start", wish) : texts.SAY_WHERE);
  });
}
