/** A moment of the session, held until the person has said what it shows. */

import { byId, el, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";
import { timeOf } from "../shared/sessionTime.js";
import { Verdict } from "../shared/verdict.js";
import { emojiImage, looks } from "../shared/format.js";

const place = byId("moment");

/** Hold the newest moment; resolves to null, or to the sentence why there is none. */
export async function holdMoment() {
  try {
    const { error, t, faces } = await (await fetch("/api/moment", { method: "POST" })).json();
    if (error) return error;
    show(t, faces);
    return null;
  } catch {
    return AWAY;
  }
}

function show(t, faces) {
  say(byId("moment-title"), `At ${timeOf(t, true)}`);
  byId("moment-faces").replaceChildren(...faces.map((face) => faceOf(face, faces.length > 1)));
  place.hidden = false;
  (place.querySelector(".verdict") ?? place).focus();
}

function faceOf({ token, id, expression }, several) {
  const words = `${several ? `Face ${id} ` : ""}${looks(expression)}`;
  const verdict = new Verdict({ token, expression, file: null });
  return el("div", { class: "moment-face" }, el("p", { class: "moment-look" }, emojiImage(expression), " ", words), verdict.element);
}

byId("moment-close").addEventListener("click", () => {
  place.hidden = true;
  byId("hold").focus();
});
