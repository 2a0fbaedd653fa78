/** A part of the screen: drawn on a picture of it with mouse or finger, or written as numbers, and remembered for an app. */

/** @import { Region } from "./regionGeometry.js" */
/** @import { Answer, ShowProblem } from "../shared/records.js" */

import { between, placeOf, readRegion, within, writeRegion } from "./regionGeometry.js";
import { byId, el, showSentence } from "../shared/dom.js";
import { onSubmit } from "../shared/submit.js";
import { post } from "../shared/api.js";
import * as texts from "../texts/callSources.js";

const dialog = byId("region-dialog", HTMLDialogElement);
const form = byId("region-form", HTMLFormElement);
const monitorChoice = byId("region-monitor", HTMLSelectElement);
const screen = byId("region-screen");
const picture = byId("region-picture", HTMLImageElement);
const box = byId("region-box");
const nameField = byId("region-name", HTMLInputElement);
const known = byId("region-known", HTMLSelectElement);
const part = byId("call-part", HTMLInputElement);
const fields = {
  left: byId("region-left", HTMLInputElement),
  top: byId("region-top", HTMLInputElement),
  width: byId("region-width", HTMLInputElement),
  height: byId("region-height", HTMLInputElement),
};
/**
 * The monitor whose picture is shown; null while there is none.
 * @type {Region | null}
 */
let monitor = null;
/**
 * Where a rectangle that is being drawn began, as shares of the picture.
 * @type {[number, number] | null}
 */
let anchor = null;

/** @param {ShowProblem} showProblem */
export function connectScreenRegion(showProblem) {
  byId("region-open").addEventListener("click", open);
  byId("region-again").addEventListener("click", look);
  byId("region-cancel").addEventListener("click", () => dialog.close());
  // Nothing of the picture stays in the page.
  dialog.addEventListener("close", () => picture.removeAttribute("src"));
  monitorChoice.addEventListener("change", look);
  for (const field of Object.values(fields)) field.addEventListener("input", showBox);
  screen.addEventListener("pointerdown", beginDrawing);
  screen.addEventListener("pointermove", draw);
  screen.addEventListener("pointerup", endDrawing);
  screen.addEventListener("pointercancel", endDrawing);
  onSubmit(form, use);
  known.addEventListener("change", () => {
    if (known.value) choose(known.value);
    byId("region-forget").hidden = !known.value;
  });
  byId("region-forget").addEventListener("click", async () => showProblem(await remember(known.selectedOptions[0].text, "")));
}

function open() {
  nameField.value = known.value ? known.selectedOptions[0].text : "";
  fill(readRegion(part.value));
  dialog.showModal();
  look();
}

/** Get a picture of the monitor; without one the numbers can be filled in all the same. */
async function look() {
  const { error, monitors = 0, picture: jpeg, ...place } = /** @type {Answer} */ (await post("/api/screen", { monitor: monitorChoice.value || "1" }));
  showSentence(byId("region-problem"), error);
  screen.hidden = Boolean(error);
  monitor = error ? null : /** @type {Region} */ (place);
  if (!monitor || !dialog.open) return;
  offerMonitors(monitors, place.monitor);
  picture.src = `data:image/jpeg;base64,${jpeg}`;
  fill(within(written() ?? monitor, monitor));
}

/**
 * @param {number} count
 * @param {number} shown
 */
function offerMonitors(count, shown) {
  const numbers = Array.from({ length: count }, (_, place) => place + 1);
  monitorChoice.replaceChildren(...numbers.map((number) => el("option", { value: number }, texts.monitor(number))));
  monitorChoice.value = String(shown);
  monitorChoice.hidden = count < 2;
}

/**
 * What stands in the fields; null where one is empty.
 * @returns {Region | null}
 */
function written() {
  return readRegion([fields.left, fields.top, fields.width, fields.height].map(({ value }) => value).join(","));
}

/** @param {Region | null} region */
function fill(region) {
  fields.left.value = region ? String(region.left) : "";
  fields.top.value = region ? String(region.top) : "";
  fields.width.value = region ? String(region.width) : "";
  fields.height.value = region ? String(region.height) : "";
  showBox();
}

/** The rectangle follows the numbers, as far as they lie on the monitor. */
function showBox() {
  const region = written();
  box.hidden = !region || !monitor;
  if (region && monitor) Object.assign(box.style, placeOf(within(region, monitor), monitor));
}

/**
 * @param {PointerEvent} event
 * @returns {[number, number]} shares of the picture
 */
function pointOf({ clientX, clientY }) {
  const { left, top, width, height } = picture.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

/** @param {PointerEvent} event */
function beginDrawing(event) {
  if (!monitor || event.button) return;
  event.preventDefault();
  screen.setPointerCapture(event.pointerId);
  anchor = pointOf(event);
}

/** @param {PointerEvent} event */
function draw(event) {
  if (anchor && monitor) fill(between(anchor, pointOf(event), monitor));
}

function endDrawing() {
  anchor = null;
}

async function use() {
  const region = written();
  if (!region) return;
  const text = writeRegion(monitor ? within(region, monitor) : region);
  const name = nameField.value.trim();
  const refusal = name ? await remember(name, text) : null;
  showSentence(byId("region-problem"), refusal);
  if (refusal) return;
  choose(text);
  dialog.close();
}

/**
 * Remember a part for an app, or forget it where it is empty; resolves to null or to why not.
 * @param {string} name
 * @param {string} region
 */
async function remember(name, region) {
  const { error, regions = [] } = /** @type {Answer} */ (await post("/api/screen/regions", { name, region }));
  if (error) return error;
  const options = regions.map((/** @type {{ name: string, region: string }} */ each) => el("option", { value: each.region }, each.name));
  known.replaceChildren(known.options[0], ...options);
  known.hidden = options.length === 0;
  known.selectedIndex = Math.max(0, [...known.options].findIndex(({ text }) => text === name && region !== ""));
  byId("region-forget").hidden = !known.value;
  return null;
}

/**
 * Let this part be watched. Typing it would be the same.
 * @param {string} region
 */
function choose(region) {
  part.value = region;
  part.dispatchEvent(new Event("input"));
}
