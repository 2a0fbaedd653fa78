/** The practice page: what is picked, how the face reads, and what its parts show within the person's own range. */

/** @import { LiveRow, PracticeView } from "../shared/records.js" */

import { byId, setText, showSentence } from "../shared/dom.js";
import { closeCamera, offerSources } from "../calibration/calibrationCamera.js";
import { command, socket } from "../shared/socket.js";
import { confidencePercent, confidenceWords, emojiAddress } from "../shared/format.js";
import { isActive, onState, state } from "../shared/state.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { say } from "../live/announcer.js";
import { showRange } from "./ranges.js";
import { UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/practice.js";

/** Seconds between two spoken sentences as long as nothing else was chosen: who practises waits for them. */
const SPOKEN_PAUSE = 5;

const choices = byId("practice").querySelectorAll("input[name=picked]");
/**
 * The newest, while somebody practises.
 * @type {PracticeView | null}
 */
let view = null;
/** @type {LiveRow | undefined} */
let row;

/** @param {string | null | undefined} sentence */
const showProblem = (sentence) => showSentence(byId("problem"), sentence);

function picked() {
  const chosen = [...choices].find((choice) => choice instanceof HTMLInputElement && choice.checked);
  if (!(chosen instanceof HTMLInputElement)) throw new Error("No expression is picked.");
  return chosen;
}

/** In the words of the page: how sure is in the numbers or words that the person chose. */
function readingSentence(/** @type {PracticeView} */ { expression, confidence, scores }) {
  if (expression === null) return texts.NOTHING_READ;
  if (expression !== UNCLEAR) return texts.reads(expression, confidenceWords(confidence));
  const [closest] = Object.entries(scores).sort(([, one], [, other]) => other.now - one.now);
  return texts.readsUnclear(closest[0]);
}

function show() {
  showPicked();
  byId("read-emoji", HTMLImageElement).src = emojiAddress(view?.expression ?? UNCLEAR);
  setText(byId("read-words"), view ? readingSentence(view) : texts.NOTHING_READ_YET);
  // A rest is measured only while a face is read.
  const left = view?.expression ? view.resting : null;
  const face = view && [view.face, left === null ? "" : texts.restLeft(Math.ceil(left))].filter(Boolean).join(" ");
  setText(byId("face-words"), face ?? texts.CHOOSE_CAMERA);
  for (const item of document.querySelectorAll("[data-movement]")) showMovement(item);
  byId("rest-again", HTMLButtonElement).disabled = view === null;
}

/** @param {Element} item of the list of movements */
function showMovement(item) {
  const movement = view?.movements.find(({ part, name }) => `${part} ${name}` === item.getAttribute("data-movement"));
  showRange(item, movement && (movement.rest !== null || movement.high > 0) ? movement : null);
  const level = item.querySelector(".movement-level");
  if (level) setText(level, movement && movement.rest !== null ? movement.level || texts.AS_AT_REST : "");
}

function showPicked() {
  const choice = picked();
  setText(byId("picked-hint"), choice.dataset.hint ?? "");
  setText(byId("picked-shown"), choice.dataset.shown ?? "");
  setText(byId("picked-name"), choice.value);
  const score = view?.scores[choice.value];
  showRange(byId("picked-range"), score ? { value: score.now, low: score.low, high: score.high } : null);
  const withNumbers = score && document.documentElement.dataset.shown !== "words";
  const percents = score ? [score.now, score.low, score.high].map(confidencePercent) : [];
  setText(byId("picked-words"), withNumbers ? texts.range(percents[0], percents[1], percents[2]) : "");
}

for (const image of byId("practice").querySelectorAll("[data-emoji]")) image.setAttribute("src", emojiAddress(image.getAttribute("data-emoji") ?? ""));
for (const choice of choices) choice.addEventListener("change", redraw);
byId("rest-again").addEventListener("click", async () => showProblem(await command("rest")));
byId("end-practice").addEventListener("click", async () => showProblem(await command("stop")));
byId("end-session").addEventListener("click", async () => showProblem(await command("stop")));
socket.on("observation", (/** @type {LiveRow} */ newer) => {
  row = state().practice ? newer : undefined;
});
socket.on("practice", (/** @type {PracticeView} */ newer) => {
  view = newer;
  if (newer.resting === null) say(`${newer.spoken} ${newer.expression ? texts.spoken(newer.expression) : ""}`, newer.t, SPOKEN_PAUSE);
  redraw();
});
onRedraw(show);
onState((now) => {
  const isOther = isActive(now) && !now.practice;
  byId("busy").hidden = !isOther;
  byId("practice").hidden = isOther;
  byId("end-practice", HTMLButtonElement).disabled = isOther || !isActive(now);
  if (!isActive(now)) [view, row] = [null, undefined];
  redraw();
});
addEventListener("pagehide", () => {
  closeCamera();
  navigator.sendBeacon("/api/practice/leave");
});
offerSources(showProblem, { practice: true, newest: () => row });
