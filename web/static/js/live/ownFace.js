/** Which face is the person's own: a click on it in the picture says so, or a button that all faces in view are offered with. */

/** @import { Box, ShowProblem, State } from "../shared/records.js" */

import { ask, command } from "../shared/socket.js";
import { byId, el, setText } from "../shared/dom.js";
import { onCanvas, onFrame, placement } from "./preview.js";
import * as texts from "../texts/live.js";

const button = byId("own-ask");
const offers = byId("own-places");
const stage = byId("stage");

/** Milliseconds between two questions where the faces are, while they are offered. */
const REFRESH = 1000;
/** CSS pixels that a button needs at the lower end of the picture. */
const BUTTON_HEIGHT = 36;
let isOffering = false;
/** Only one's own face can be mistaken for another, and only while somebody is watched. */
let isPossible = false;
/** @type {number | undefined} */
let timer;

/** @param {ShowProblem} showProblem */
export function connectOwnFace(showProblem) {
  button.addEventListener("click", () => {
    if (isOffering) return stop();
    isOffering = true;
    button.setAttribute("aria-expanded", "true");
    offer(showProblem);
  });
  stage.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !isOffering) return;
    stop();
    button.focus();
  });
  byId("overlay").addEventListener("click", async ({ offsetX, offsetY }) => {
    const place = placement();
    if (!place || !isPossible) return;
    const refusal = await command("me", onFrame(offsetX, place), (offsetY - place.top) / place.scale);
    // A click beside all faces asks for nothing unless they are being offered.
    if (refusal === null) stop();
    else if (isOffering) showProblem(refusal);
  });
}

/** @param {State} state */
export function showOwnFace({ kind, faces, puzzled }) {
  isPossible = kind === "watching" && faces === "own";
  // Its place stays through a pause.
  byId("own").hidden = faces !== "own";
  byId("own").classList.toggle("is-off", !isPossible);
  setText(byId("own-words"), puzzled ? texts.NOBODY_FOLLOWED : "");
  if (!isPossible && isOffering) stop();
}

function stop() {
  isOffering = false;
  clearTimeout(timer);
  button.setAttribute("aria-expanded", "false");
  offers.replaceChildren();
}

/** @param {ShowProblem} showProblem */
async function offer(showProblem) {
  /** @type {{ ok?: boolean, error?: string, faces?: Box[] }} */
  const { ok, error, faces = [] } = await ask("everybody");
  if (!isOffering) return;
  if (!ok) {
    stop();
    return showProblem(error);
  }
  // The button that has the keyboard stays the same one.
  const focused = [...offers.children].findIndex((child) => child === document.activeElement);
  const buttons = faces.map((box) => faceButton(box, faces, showProblem));
  offers.replaceChildren(...(buttons.length ? buttons : [el("p", {}, texts.NO_FACE)]));
  if (focused >= 0) (buttons[focused] ?? button).focus();
  timer = setTimeout(() => offer(showProblem), REFRESH);
}

/**
 * @param {Box} box
 * @param {Box[]} faces all that are in view
 * @param {ShowProblem} showProblem
 */
function faceButton([x, y, width, height], faces, showProblem) {
  const place = placement();
  const before = faces.filter(([left]) => (place?.mirrored ? left > x : left < x)).length;
  const which = faces.length > 1 ? texts.fromTheLeft(before + 1, faces.length) : "";
  const words = el("span", { class: "own-which" }, which);
  const element = el("button", { type: "button", class: "btn btn-sm btn-primary own-face", "aria-label": texts.THIS_IS_ME + which }, texts.THIS_IS_ME, words);
  if (place) {
    element.style.left = `${onCanvas(x + width / 2, place)}px`;
    element.style.top = `${Math.min(place.top + (y + height) * place.scale, stage.clientHeight - BUTTON_HEIGHT)}px`;
  }
  element.addEventListener("click", async () => {
    showProblem(await command("me", x + width / 2, y + height / 2));
    stop();
    button.focus();
  });
  return element;
}
