/** Markers on the ribbons: a line with a diamond where a person noted something, its text on hover, and a sentence. */

import { formatMoment } from "../shared/sessionTime.js";
import { penOf } from "../shared/dom.js";
import { themeColour } from "../shared/format.js";

/** CSS pixels: half a diamond, and how near to a marker the pointer has to be. */
const HALF_DIAMOND = 5;
const HOVER_DISTANCE = 8;

/** @typedef {{ t: number, text: string }} Marker t: seconds of the session */

/**
 * The markers between two moments, as they are listed on the page.
 * @param {number} from
 * @param {number} to
 * @returns {Marker[]}
 */
function markersBetween(from, to) {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const times = document.querySelectorAll("[data-markers] time");
  const markers = [...times].map((time) => ({
    t: Number(time.dataset.t),
    text: time.parentElement?.querySelector(".mark-text")?.textContent ?? "",
  }));
  return markers.filter(({ t }) => t >= from && t <= to);
}

/**
 * On a ribbon that shows the time between two moments.
 * @param {HTMLCanvasElement} canvas
 * @param {number} from
 * @param {number} to
 */
export function drawMarkers(canvas, from, to) {
  const pen = penOf(canvas);
  const scale = devicePixelRatio;
  const placed = markersBetween(from, to).map((marker) => ({ ...marker, x: ((marker.t - from) / (to - from)) * canvas.width }));
  for (const { x } of placed) drawMarker(pen, x, canvas.height, scale);
  canvas.onpointermove = ({ offsetX }) => {
    const marker = placed.find(({ x }) => Math.abs(x / scale - offsetX) < HOVER_DISTANCE);
    canvas.title = marker ? `${formatMoment(marker.t, true)} ${marker.text}` : "";
  };
}

/**
 * With an edge of the ground, so that it can be told from any colour.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x device pixels
 * @param {number} height
 * @param {number} scale device pixels in a CSS pixel
 */
function drawMarker(pen, x, height, scale) {
  const half = HALF_DIAMOND * scale;
  Object.assign(pen, { fillStyle: themeColour("ink"), strokeStyle: themeColour("panel"), lineWidth: 2 * scale, globalAlpha: 1 });
  pen.strokeRect(x - scale / 2, 0, scale, height);
  pen.fillRect(x - scale / 2, 0, scale, height);
  pen.beginPath();
  pen.moveTo(x, 0);
  for (const [across, down] of [[half, half], [0, 2 * half], [-half, half]]) pen.lineTo(x + across, down);
  pen.closePath();
  pen.stroke();
  pen.fill();
}

/**
 * The same in words; empty where there is none.
 * @param {number} from
 * @param {number} to
 */
export function markerSentence(from, to) {
  const listed = markersBetween(from, to).map(({ t, text }) => `${formatMoment(t)} ${text}`);
  return listed.length ? ` Markers: ${listed.join("; ")}.` : "";
}
