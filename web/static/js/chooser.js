/** The form that asks what to watch, how often, and whose faces. */

import { byId, el, say } from "./dom.js";
import { prior } from "./prior.js";

const form = byId("chooser");
const camera = byId("camera");
const NONE = "None was found. Plug one in and come back to this page.";

/** What is chosen, as the server wants it. */
export function chosen() {
  const kind = new FormData(form).get("kind");
  const sources = { camera: camera.value, other: byId("other").value.trim(), browser: "browser", fake: "fake" };
  return { source: sources[kind], hz: Number(byId("hz").value), faces: byId("faces").value, prior: prior() };
}

function choose(kind) {
  form.querySelector(`[value="${kind}"]`).checked = true;
}

/** Offer the cameras by name, and say so when there is none. */
export async function offerCameras() {
  const { cameras } = await fetch("/api/sources").then((answer) => answer.json(), () => ({ cameras: [] }));
  camera.replaceChildren(...cameras.map(({ index, name }) => el("option", { value: index }, `${index}: ${name}`)));
  camera.hidden = cameras.length === 0;
  byId("kind-camera").disabled = cameras.length === 0;
  say(byId("cameras-words"), cameras.length ? "" : NONE);
  if (!form.querySelector("[name=kind]:checked")) preselect(form.dataset.source, cameras);
}

/** What the person named when they started Mien, else a camera, else the browser's. */
function preselect(source, cameras) {
  const named = cameras.find(({ index, path, name }) => [String(index), path, name].includes(source));
  if (source === "fake" || source === "browser") return choose(source);
  if (named) {
    camera.value = named.index;
    return choose("camera");
  }
  if (/^\d+$/.test(source)) return choose(cameras.length ? "camera" : "browser");
  byId("other").value = source;
  choose("other");
}

// Typing a path, or picking a camera, is choosing it.
byId("other").addEventListener("input", () => choose("other"));
camera.addEventListener("change", () => choose("camera"));
byId("faces").addEventListener("change", showConsent);

function showConsent() {
  byId("consent").hidden = byId("faces").value === "own";
}

showConsent();
