/** A moment of the session, held until the person has said what it shows. */

import { byId, el, setText } from "../shared/dom.js";
import { emojiImage, looksWords } from "../shared/format.js";
import { formatMoment } from "../shared/sessionTime.js";
import { post } from "../shared/api.js";
import { Verdict } from "../shared/verdict.js";

/** @typedef {{ token: string, id: number, expression: string }} HeldFace */

const panel = byId("moment");

/**
 * Hold the newest moment; resolves to null, or to the sentence why there is none.
 * @returns {Promise<string | null>}
 */
export async function holdMoment() {
  const { error, t, faces } = await post("/api/moment");
  if (error) return error;
  setText(byId("moment-title"), `At ${formatMoment(t, true)}`);
  byId("moment-faces").replaceChildren(...faces.map((/** @type {HeldFace} */ face) => elementOf(face, faces.length > 1)));
  panel.hidden = false;
  const first = panel.querySelector(".verdict");
  (first instanceof HTMLElement ? first : panel).focus();
  return null;
}

/**
 * @param {HeldFace} face
 * @param {boolean} isOneOfSeveral
 */
function elementOf({ token, id, expression }, isOneOfSeveral) {
  const words = `${isOneOfSeveral ? `Face ${id} ` : ""}${looksWords(expression)}`;
  const verdict = new Verdict({ token, expression, file: null });
  return el("div", { class: "moment-face" }, el("p", { class: "moment-expression" }, emojiImage(expression), " ", words), verdict.element);
}

byId("moment-close").addEventListener("click", () => {
  panel.hidden = true;
  byId("correct").focus();
});
