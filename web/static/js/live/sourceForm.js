/** The form that asks what to watch, how often, and whose faces. */

import { byId, el, say } from "../shared/dom.js";
import { prior } from "../shared/prior.js";

const form = byId("chooser");
const camera = byId("camera");
/** Kinds whose picture a call may want, too; the demo is there to try it. */
const SHARED = ["camera", "fake"];
/** Looks a second: up to the first a camera may be let go of in between, up to the second it is offered. */
const [RARE, OFFERED] = [1, 0.2];
const NONE = "None was found. Plug one in and come back to this page.";

/** What is chosen, as the server wants it. */
export function chosen() {
  const kind = kindChosen();
  const sources = { camera: camera.value, screen: place(), other: byId("other").value.trim(), browser: "browser", fake: "fake" };
  return { source: sources[kind], hz: Number(byId("hz").value), faces: byId("faces").value, prior: prior(), ...sharing(kind) };
}

const kindChosen = () => new FormData(form).get("kind");

function place() {
  const part = byId("place").value.replaceAll(" ", "");
  return part ? `screen:${part}` : "screen";
}

function choose(kind) {
  form.querySelector(`[value="${kind}"]`).checked = true;
  showFitting();
}

/** Only what Mien opens itself can be handed on, and a camera that is handed on is never let go of. */
function sharing(kind) {
  if (!SHARED.includes(kind)) return {};
  if (!byId("hand-on").checked) return { release: byId("release").checked && !byId("release").disabled };
  return { hand_on: form.dataset.device, overlay: byId("with-emoji").checked };
}

let tell;
/** When the cameras have been offered for the first time: before, there may be nothing chosen. */
export const offered = new Promise((done) => (tell = done));

/** Offer the cameras by name, and say so when there is none. */
export async function offerCameras() {
  const { cameras } = await fetch("/api/sources").then((answer) => answer.json(), () => ({ cameras: [] }));
  camera.replaceChildren(...cameras.map((each) => el("option", { value: each.index }, called(each))));
  camera.hidden = cameras.length === 0;
  byId("kind-camera").disabled = cameras.length === 0;
  say(byId("cameras-words"), cameras.length ? "" : NONE);
  if (!form.querySelector("[name=kind]:checked")) preselect(form.dataset.source, cameras);
  tell();
}

const called = ({ index, name, virtual }) => `${index}: ${name}${virtual && !/virtual/i.test(name) ? " (virtual)" : ""}`;

/** What the person named when they started Mien, else a camera, else the browser's. */
function preselect(source, cameras) {
  const named = cameras.find(({ index, path, name }) => [String(index), path, name].includes(source)) ?? onlyOne(source, cameras);
  if (source === "fake" || source === "browser") return choose(source);
  if (named) {
    camera.value = named.index;
    return choose("camera");
  }
  if (/^screen(:|$)/.test(source)) {
    byId("place").value = source.slice("screen:".length);
    return choose("screen");
  }
  if (/^\d+$/.test(source)) return choose(cameras.length ? "camera" : "browser");
  byId("other").value = source;
  choose("other");
}

/** Part of a name, if no other camera has it in its own. */
function onlyOne(source, cameras) {
  const fitting = cameras.filter(({ name }) => name.toLowerCase().includes(source.toLowerCase()));
  return fitting.length === 1 && !/^\d+$/.test(source) ? fitting[0] : undefined;
}

// Typing a path or a place, or picking a camera, is choosing it.
byId("place").addEventListener("input", () => choose("screen"));
byId("other").addEventListener("input", () => choose("other"));
camera.addEventListener("change", () => choose("camera"));
form.addEventListener("change", showFitting);
byId("hz").addEventListener("change", () => (byId("sharing").open ||= seldom() <= OFFERED));

const seldom = () => Number(byId("hz").value) || Infinity;

/** What belongs to the choices made so far, and nothing else. */
function showFitting() {
  const handed = byId("hand-on").checked;
  byId("consent").hidden = byId("faces").value === "own" && kindChosen() !== "screen";
  byId("sharing").hidden = !SHARED.includes(kindChosen());
  byId("overlay-choice").hidden = !handed;
  byId("release").disabled = handed || seldom() > RARE;
}

showFitting();
