/** Marks on the ribbons: a line with a diamond where a person noted something, its text on hover, and a sentence. */

import { timeOf } from "../shared/sessionTime.js";
import { colour } from "../shared/format.js";

/** CSS pixels: half a diamond, and how near to a mark the pointer has to be. */
const HALF = 5;
const NEAR = 8;

/** [{t, text}], t in seconds of the session: as they are listed on the page. */
function marks() {
  return [...document.querySelectorAll("[data-marks] time")].map((time) => ({
    t: Number(time.dataset.t),
    text: time.parentElement.querySelector(".mark-text").textContent,
  }));
}

const within = (from, to) => marks().filter(({ t }) => t >= from && t <= to);

/** On a ribbon that shows the time between two moments. */
export function drawMarks(canvas, from, to) {
  const pen = canvas.getContext("2d");
  const scale = devicePixelRatio;
  const placed = within(from, to).map((mark) => ({ ...mark, x: ((mark.t - from) / (to - from)) * canvas.width }));
  for (const { x } of placed) drawMark(pen, x, canvas.height, scale);
  canvas.onpointermove = ({ offsetX }) => {
    const { t, text } = placed.find(({ x }) => Math.abs(x / scale - offsetX) < NEAR) ?? {};
    canvas.title = text ? `${timeOf(t, true)} ${text}` : "";
  };
}

/** With an edge of the ground, so that it can be told from any colour. */
function drawMark(pen, x, height, scale) {
  const half = HALF * scale;
  Object.assign(pen, { fillStyle: colour("ink"), strokeStyle: colour("panel"), lineWidth: 2 * scale, globalAlpha: 1 });
  pen.strokeRect(x - scale / 2, 0, scale, height);
  pen.fillRect(x - scale / 2, 0, scale, height);
  pen.beginPath();
  pen.moveTo(x, 0);
  for (const [across, down] of [[half, half], [0, 2 * half], [-half, half]]) pen.lineTo(x + across, down);
  pen.closePath();
  pen.stroke();
  pen.fill();
}

/** The same in words; empty where there is nothing to say. */
export function markWords(from, to) {
  const said = within(from, to).map(({ t, text }) => `${timeOf(t)} ${text}`);
  return said.length ? ` Marks: ${said.join("; ")}.` : "";
}
