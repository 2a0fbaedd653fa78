/** The form that asks what to watch, how often, and whose faces. */

/** @import { Camera } from "../shared/records.js" */

import { chooseDevice, offerDevices } from "./browserDevices.js";
import { byId, el, setText } from "../shared/dom.js";
import { chosenPrior } from "../shared/prior.js";
import { fetchCameras } from "../shared/api.js";
import { numberedCamera } from "../texts/shared.js";
import { recall, remember } from "./formMemory.js";
import { showMode } from "../shared/mode.js";
import * as texts from "../texts/live.js";

const form = byId("source-form", HTMLFormElement);
const camera = byId("camera", HTMLSelectElement);
const browserCamera = byId("browser-camera", HTMLSelectElement);
const screenPart = byId("place", HTMLInputElement);
const other = byId("other", HTMLInputElement);
const hz = byId("hz", HTMLSelectElement);
const faces = byId("faces", HTMLSelectElement);
const mode = byId("mode", HTMLSelectElement);
const handOn = byId("hand-on", HTMLInputElement);
const release = byId("release", HTMLInputElement);
const overlay = byId("with-emoji", HTMLInputElement);
const sharing = byId("sharing", HTMLDetailsElement);
const moreChoices = byId("more-choices", HTMLDetailsElement);

/** Kinds that the person need not look for among the other sources. */
const USUAL_KINDS = ["camera", "browser"];

/** Kinds whose picture a call may want, too; the demo is there to try it. */
const SHAREABLE_KINDS = ["camera", "fake"];
/** Observations a second up to which a camera may be closed in between, and up to which that is offered. */
const MAX_RELEASED_HZ = 1;
const MAX_OFFERED_HZ = 0.2;

const { source: chosenAtStart = "", device = "" } = form.dataset;
const first = [chosenAtStart, hz.value, faces.value].join(" ");

const chosenKind = () => String(new FormData(form).get("kind"));
const chosenHz = () => Number(hz.value) || Infinity;

/**
 * What is chosen, as the server wants it; it is remembered for the next time.
 * @param {string} [kind] to be watched in place of the one that is chosen
 */
export function chosenSource(kind = chosenKind()) {
  const name = camera.selectedOptions[0]?.text ?? "";
  remember(first, { kind: chosenKind(), camera: name, part: screenPart.value, other: other.value, hz: hz.value, faces: faces.value });
  const part = screenPart.value.replaceAll(" ", "");
  /** @type {Record<string, string>} */
  const sources = {
    camera: camera.value,
    screen: part ? `screen:${part}` : "screen",
    other: other.value.trim(),
    browser: "browser",
    fake: "fake",
  };
  return { source: sources[kind], hz: Number(hz.value), faces: faces.value, mode: mode.value || null, prior: chosenPrior(), ...chosenSharing(kind) };
}

/**
 * Only what Mien opens itself can be handed on, and a camera that is handed on is never closed in between.
 * @param {string} kind
 */
function chosenSharing(kind) {
  if (!SHAREABLE_KINDS.includes(kind)) return {};
  if (!handOn.checked) return { release: release.checked && !release.disabled };
  return { hand_on: device, overlay: overlay.checked };
}

/** @param {string} kind */
function choose(kind) {
  const radio = form.querySelector(`[name=kind][value="${kind}"]`);
  if (radio instanceof HTMLInputElement) radio.checked = true;
  showFitting();
}

/** @type {() => void} */
let resolveOffered;
/**
 * When the cameras have been offered for the first time: before, there may be nothing chosen.
 * @type {Promise<void>}
 */
export const camerasOffered = new Promise((resolve) => {
  resolveOffered = resolve;
});

/** Offer the cameras by name, and say so when there is none. */
export async function offerCameras() {
  const cameras = await fetchCameras();
  camera.replaceChildren(...cameras.map((each) => el("option", { value: each.index }, nameOf(each))));
  camera.hidden = cameras.length === 0;
  byId("kind-camera", HTMLInputElement).disabled = cameras.length === 0;
  setText(byId("cameras-words"), cameras.length ? "" : texts.NO_CAMERA);
  offerDevices(browserCamera);
  if (!form.querySelector("[name=kind]:checked")) {
    if (!chooseAsBefore()) preselect(chosenAtStart, cameras);
    moreChoices.open ||= !USUAL_KINDS.includes(chosenKind());
  }
  showFitting();
  resolveOffered();
}

/** @param {Camera} camera */
function nameOf({ index, name, virtual }) {
  const words = numberedCamera(index, name);
  return virtual && !/virtual/i.test(name) ? texts.virtualCamera(words) : words;
}

/** As for the last session; false if there was none, or its camera is not there. */
function chooseAsBefore() {
  const before = recall(first);
  if (!before) return false;
  chooseOption(hz, before.hz);
  chooseOption(faces, before.faces);
  [screenPart.value, other.value] = [before.part, before.other];
  const named = [...camera.options].find(({ text }) => text === before.camera);
  if (before.kind === "camera" && !named) return false;
  if (named) camera.value = named.value;
  choose(before.kind);
  return true;
}

/**
 * @param {HTMLSelectElement} select
 * @param {string} value taken only where it is offered
 */
function chooseOption(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}

/**
 * What the person named when they started Mien, else a camera, else the browser's.
 * @param {string} source
 * @param {Camera[]} cameras
 */
function preselect(source, cameras) {
  if (source === "browser") return choose(source);
  // The demo has a button of its own.
  if (source.startsWith("fake")) return choose(cameras.length ? "camera" : "browser");
  const exact = cameras.find(({ index, path, name }) => [String(index), path, name].includes(source));
  const named = exact ?? onlyCameraLike(source, cameras);
  if (named) {
    camera.value = String(named.index);
    return choose("camera");
  }
  if (/^screen(:|$)/.test(source)) {
    screenPart.value = source.slice("screen:".length);
    return choose("screen");
  }
  if (/^\d+$/.test(source)) return choose(cameras.length ? "camera" : "browser");
  other.value = source;
  choose("other");
}

/**
 * Part of a name is enough if no other camera has it in its own.
 * @param {string} source
 * @param {Camera[]} cameras
 */
function onlyCameraLike(source, cameras) {
  const fitting = cameras.filter(({ name }) => name.toLowerCase().includes(source.toLowerCase()));
  return fitting.length === 1 && !/^\d+$/.test(source) ? fitting[0] : undefined;
}

// Typing a path or a part, or picking a camera, is choosing it.
screenPart.addEventListener("input", () => choose("screen"));
other.addEventListener("input", () => choose("other"));
camera.addEventListener("change", () => choose("camera"));
browserCamera.addEventListener("change", () => {
  chooseDevice(browserCamera.value);
  choose("browser");
});
form.addEventListener("change", showFitting);
hz.addEventListener("change", () => {
  sharing.open ||= chosenHz() <= MAX_OFFERED_HZ;
});

/** Which camera Start starts, as a sentence; empty for what is no camera. */
function cameraWords() {
  const kind = chosenKind();
  if (kind === "browser") return texts.BROWSER_CAMERA_ASKS;
  return kind === "camera" ? texts.cameraIs(camera.selectedOptions[0]?.text ?? "") : "";
}

/** What belongs to the choices made so far, and nothing else. */
function showFitting() {
  setText(byId("start"), texts.START[chosenKind()] ?? texts.START.camera);
  setText(byId("start-words"), cameraWords());
  byId("consent").hidden = faces.value === "own" && chosenKind() !== "screen";
  showMode(faces.value === "all");
  sharing.hidden = !SHAREABLE_KINDS.includes(chosenKind());
  byId("overlay-choice").hidden = !handOn.checked;
  release.disabled = handOn.checked || chosenHz() > MAX_RELEASED_HZ;
}

showFitting();
