/** The camera of the page Start: the session that runs, or one that is started here. */

import { BrowserCamera } from "../live/browserCamera.js";
import { byId, el } from "../shared/dom.js";
import { ask } from "../shared/socket.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { showStage } from "../live/preview.js";
import { onState, state } from "../shared/state.js";

/** Looks a second: the best of ten seconds are chosen, and no machine is too slow for it. */
const HZ = 5;

const camera = new BrowserCamera(byId("local"), () => ask("pause", "the browser's camera stopped"));
let startedHere = false;
/** What is wrong with the camera's picture, as it was told; it is withdrawn when that is over. */
let remark = "";

/** complain: what is told when a camera cannot be had; null takes it away. */
export function offerSources(complain) {
  const from = async (source, begin) => {
    complain(null);
    const refusal = (source === "browser" ? await camera.open() : null) ?? (await begin());
    if (refusal !== null) camera.close();
    complain(refusal);
    return refusal === null;
  };
  const start = async (source) => {
    startedHere = await from(source, () => {
      // Before the answer: who leaves the page while it is on its way ends the session, too.
      startedHere = true;
      return ask("start", { source, hz: HZ, faces: "own" });
    });
  };
  byId("from-browser").addEventListener("click", () => start("browser"));
  byId("from-demo").addEventListener("click", () => start("fake"));
  byId("from-camera").addEventListener("click", () => start(byId("camera").value));
  byId("go-on").addEventListener("click", () => from(state().source, () => ask("resume")));
  onState((now) => show(now, complain));
  onRedraw(() => showStage(state(), null, camera));
  offerMachine();
}

/** Close the camera; whether the session ends with the page: it does if it was started here. */
export function leaveCamera() {
  camera.close();
  return startedHere;
}

function show(now, complain) {
  byId("source").hidden = ["connecting", "watching", "starting", "away"].includes(now.kind);
  byId("go-on").hidden = now.kind !== "paused";
  if (["failed", "lost", "away"].includes(now.kind)) complain(now.message);
  const seen = now.kind === "watching" ? now.message : "";
  if (seen !== remark) complain(seen || null);
  remark = seen;
  if (camera.isOpen && now.kind !== "away") {
    if (now.source === "browser" && ["starting", "watching", "lost"].includes(now.kind)) camera.sendAt(now.hz);
    else camera.close();
  }
  redraw();
}

async function offerMachine() {
  const { cameras } = await fetch("/api/sources").then((answer) => answer.json(), () => ({ cameras: [] }));
  byId("camera").replaceChildren(...cameras.map(({ index, name }) => el("option", { value: index }, `${index}: ${name}`)));
  byId("machine").hidden = cameras.length === 0;
}
