/** A moment of the session, held and shown until the person has said what it shows. */

import { byId, el, setText } from "../shared/dom.js";
import { emojiImage, looksWords } from "../shared/format.js";
import { faceNumber } from "../texts/shared.js";
import { formatMoment } from "../shared/sessionTime.js";
import { post } from "../shared/api.js";
import { Verdict } from "../shared/verdict.js";
import * as texts from "../texts/live.js";

/** @typedef {{ token: string, id: number, expression: string, crop: string }} HeldFace crop: a PNG in base64 */

const panel = byId("moment");
const facesPlace = byId("moment-faces");
/** Parts that Esc means something else to. */
const OTHER_USES_OF_ESCAPE = "dialog, #marking, #stage";

/**
 * Hold the newest moment; resolves to null, or to the sentence why there is none.
 * @returns {Promise<string | null>}
 */
export async function holdMoment() {
  const { error, t, faces } = await post("/api/moment");
  if (error) return error;
  setText(byId("moment-title"), texts.at(formatMoment(t, true)));
  facesPlace.replaceChildren(...faces.map((/** @type {HeldFace} */ face) => elementOf(face, faces.length > 1)));
  panel.hidden = false;
  const first = panel.querySelector(".verdict");
  (first instanceof HTMLElement ? first : panel).focus();
  return null;
}

/**
 * @param {HeldFace} face
 * @param {boolean} isOneOfSeveral
 */
function elementOf({ token, id, expression, crop }, isOneOfSeveral) {
  const words = isOneOfSeveral ? texts.ofFace(faceNumber(id), looksWords(expression)) : looksWords(expression);
  const verdict = new Verdict({ token, expression, file: null });
  const image = el("img", { class: "moment-crop", src: `data:image/png;base64,${crop}`, alt: texts.FACE_OF_MOMENT });
  const heading = el("p", { class: "moment-expression" }, emojiImage(expression), " ", words);
  return el("div", { class: "moment-face" }, image, el("div", { class: "moment-question" }, heading, verdict.element));
}

/** The face goes, too: it was only in this page's memory. */
function close() {
  panel.hidden = true;
  facesPlace.replaceChildren();
  byId("correct").focus();
}

byId("moment-close").addEventListener("click", close);
document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || panel.hidden) return;
  const isElsewhere = document.querySelector("dialog[open]") || (target instanceof Element && target.closest(OTHER_USES_OF_ESCAPE));
  if (!isElsewhere) close();
});
