/** Hatching for canvases in the theme without hue: the seven are told apart by more than seven greys. */

import { colour } from "../shared/format.js";

/** Lines of the panel's colour, by their directions (degrees against the horizontal); CSS pixels apart. */
const HATCHES = { angry: [0, 90], disgust: [90], fear: [-45], happy: [0], sad: [45], surprise: [45, -45], neutral: [] };
const APART = 6;
const THICK = 1.5;

/** Over a stretch that is painted already; in every other theme nothing. */
export function hatch(pen, what, start, end, height, scale) {
  if (document.documentElement.dataset.theme !== "mono") return;
  pen.save();
  pen.beginPath();
  pen.rect(start, 0, end - start, height);
  pen.clip();
  Object.assign(pen, { strokeStyle: colour("panel"), lineWidth: THICK * scale });
  for (const angle of HATCHES[what] ?? []) drawLines(pen, angle, start, end, height, scale);
  pen.restore();
}

/** On a grid of their own, so that they stand still while a session grows. */
function drawLines(pen, angle, start, end, height, scale) {
  const apart = APART * scale;
  pen.beginPath();
  if (angle === 0) {
    for (let y = apart / 2; y < height; y += apart) line(pen, start, y, end, y);
  } else {
    const lean = angle === 90 ? 0 : Math.sign(angle) * height;
    const first = Math.floor((start - height) / apart) * apart;
    for (let x = first; x < end + height; x += apart) line(pen, x, height, x + lean, 0);
  }
  pen.stroke();
}

function line(pen, fromX, fromY, toX, toY) {
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
}
