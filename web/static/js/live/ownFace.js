/** Which face is the person's own: a click on it in the picture says so, or a button that all faces in view are offered with. */

import { byId, el, say } from "../shared/dom.js";
import { ask, inquire } from "../shared/socket.js";
import { placement } from "./preview.js";

const button = byId("own-ask");
const places = byId("own-places");
const stage = byId("stage");

/** Milliseconds between two questions where the faces are, while they are offered. */
const OFTEN = 1000;
/** CSS pixels that a button needs at the lower end of the picture. */
const HEIGHT = 36;
let offering = false;
let timer = null;

/** complain: shows a sentence, null takes it away. */
export function offerFaces(complain) {
  button.addEventListener("click", () => (offering ? stop() : start(complain)));
  stage.addEventListener("keydown", ({ key }) => key === "Escape" && offering && stopAt(button));
  byId("overlay").addEventListener("click", async ({ offsetX, offsetY }) => {
    const place = placement();
    if (!place || byId("own").hidden) return;
    const refusal = await ask("me", (offsetX - place.left) / place.scale, (offsetY - place.top) / place.scale);
    // A click beside all faces asks for nothing unless they are being offered.
    if (refusal === null) stop();
    else if (offering) complain(refusal);
  });
}

/** state: what goes on; only one's own face can be mistaken for another. */
export function showOwn({ kind, faces, puzzled }) {
  const possible = kind === "watching" && faces === "own";
  byId("own").hidden = !possible;
  say(byId("own-words"), puzzled ? "Somebody is in view who may be you, and is not followed." : "");
  if (!possible && offering) stop();
}

async function start(complain) {
  offering = true;
  button.setAttribute("aria-expanded", "true");
  await offer(complain);
}

function stop() {
  offering = false;
  clearTimeout(timer);
  button.setAttribute("aria-expanded", "false");
  places.replaceChildren();
}

function stopAt(element) {
  stop();
  element.focus();
}

async function offer(complain) {
  const { ok, error, faces } = await inquire("everybody");
  if (!offering) return;
  if (!ok) {
    stop();
    return complain(error);
  }
  // The button that has the keyboard stays the same one.
  const focused = [...places.children].indexOf(document.activeElement);
  places.replaceChildren(...(faces.length ? faces.map((box) => faceButton(box, faces, complain)) : [nobody()]));
  if (focused >= 0) (places.children[focused] ?? button).focus();
  timer = setTimeout(() => offer(complain), OFTEN);
}

const nobody = () => el("p", {}, "No face is in view.");

function faceButton([x, y, width, height], faces, complain) {
  const before = faces.filter(([left]) => left < x).length;
  const which = faces.length > 1 ? ` (${before + 1} of ${faces.length} from the left)` : "";
  const words = el("span", { class: "own-which" }, which);
  const element = el("button", { type: "button", class: "btn btn-sm btn-primary own-face", "aria-label": `This is me${which}` }, "This is me", words);
  const fit = placement();
  if (fit) {
    element.style.left = `${fit.left + (x + width / 2) * fit.scale}px`;
    element.style.top = `${Math.min(fit.top + (y + height) * fit.scale, stage.clientHeight - HEIGHT)}px`;
  }
  element.addEventListener("click", async () => {
    complain(await ask("me", x + width / 2, y + height / 2));
    stopAt(button);
  });
  return element;
}
