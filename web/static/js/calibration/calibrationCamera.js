/** The camera of the pages that watch for themselves, calibration and practice: the session that runs, or one that is started here. */

/** @import { Row, ShowProblem, State } from "../shared/records.js" */

import { BrowserCamera } from "../live/browserCamera.js";
import { byId, el } from "../shared/dom.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { isActive, onState, state } from "../shared/state.js";
import { CAMERA_STOPPED } from "../texts/live.js";
import { command } from "../shared/socket.js";
import { fetchCameras } from "../shared/api.js";
import { numberedCamera } from "../texts/shared.js";
import { showPreview } from "../live/preview.js";

/** Observations a second: the best of ten seconds are chosen, and no machine is too slow for it. */
const HZ = 5;

const camera = new BrowserCamera(byId("local", HTMLVideoElement), () => command("pause", CAMERA_STOPPED));
const cameraSelect = byId("camera", HTMLSelectElement);
let isStartedHere = false;
/** What is wrong with the camera's picture, as it was shown; it is withdrawn when that is over. */
let pictureProblem = "";
let isPractice = false;
/** Whether the keyboard was in the choice of a camera, which goes as soon as one is watched. */
let isFocusDue = false;

/**
 * @param {ShowProblem} showProblem called when a camera cannot be had
 * @param {object} [options]
 * @param {boolean} [options.practice] whether the sessions that begin here are practice, apart from all others
 * @param {() => Row | undefined} [options.newest] the observation whose faces are drawn into the picture; none if not given
 */
export function offerSources(showProblem, { practice = false, newest = () => undefined } = {}) {
  isPractice = practice;
  const open = async (/** @type {string | null | undefined} */ source, /** @type {() => Promise<string | null>} */ begin) => {
    showProblem(null);
    const refusal = (source === "browser" ? await camera.open() : null) ?? (await begin());
    if (refusal !== null) camera.close();
    showProblem(refusal);
    return refusal === null;
  };
  const start = async (/** @type {string} */ source) => {
    isStartedHere = await open(source, () => {
      // Before the answer: who leaves the page while it is on its way ends the session, too.
      isStartedHere = true;
      return command("start", { source, hz: HZ, faces: "own", practice });
    });
  };
  byId("from-browser").addEventListener("click", () => start("browser"));
  byId("from-demo").addEventListener("click", () => start("fake"));
  byId("from-camera").addEventListener("click", () => start(cameraSelect.value));
  byId("go-on").addEventListener("click", () => open(state().source, () => command("resume")));
  onState((now) => show(now, showProblem));
  onRedraw(() => showPreview(state(), newest(), camera));
  offerCameras();
}

/** Close the camera; whether the session ends with the page: it does if it was started here. */
export function closeCamera() {
  camera.close();
  return isStartedHere;
}

/**
 * @param {State} now
 * @param {ShowProblem} showProblem
 */
function show(now, showProblem) {
  const isOther = isPractice && isActive(now) && !now.practice;
  const source = byId("source");
  isFocusDue ||= source.contains(document.activeElement);
  source.hidden = isOther || ["connecting", "watching", "starting", "away"].includes(now.kind);
  if (now.kind === "watching") passFocus();
  byId("go-on").hidden = now.kind !== "paused";
  if (["failed", "lost", "away"].includes(now.kind)) showProblem(now.message);
  const seen = now.kind === "watching" ? now.message : "";
  if (seen !== pictureProblem) showProblem(seen);
  pictureProblem = seen;
  if (camera.isOpen && now.kind !== "away") {
    if (now.source === "browser" && isActive(now) && now.kind !== "paused") camera.sendAt(now.hz ?? 0);
    else camera.close();
  }
  redraw();
}

/** The keyboard goes on to what comes next, unless the person has gone elsewhere meanwhile. */
function passFocus() {
  const next = document.querySelector("[data-next]");
  // Enabled only now, by a listener that may come after this one.
  if (isFocusDue) requestAnimationFrame(() => document.activeElement === document.body && next instanceof HTMLElement && next.focus());
  isFocusDue = false;
}

async function offerCameras() {
  const cameras = await fetchCameras();
  cameraSelect.replaceChildren(...cameras.map(({ index, name }) => el("option", { value: index }, numberedCamera(index, name))));
  byId("machine").hidden = cameras.length === 0;
}
