/** A ribbon: time from left to right, one colour an expression, the stronger the surer; dots for nobody, bare for a gap. */

import { hatch } from "./hatch.js";
import { sign } from "./emojiImages.js";
import { colour, NOBODY, UNCLEAR } from "../shared/format.js";

/** CSS pixels: between two dots, and the least width of a stretch that gets its emoji. */
const DOTS_APART = 8;
const ROOM_FOR_SIGN = 30;
/** Even the least sure colour can be told from the ground. */
const PALEST = 0.35;
/** How much of the ground covers what is not framed. */
const DIMMED = 0.6;

/** Draw the cells between two moments; signs: put an emoji on each longer stretch. */
export function drawRibbon(canvas, cells, from, to, { signs = false } = {}) {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  const columns = columnsOf(cells, from, to, width);
  const stretches = stretchesOf(columns);
  for (const stretch of stretches) drawStretch(pen, stretch, columns, height, scale);
  if (signs) for (const stretch of stretches) drawSign(pen, stretch, height, scale);
}

/** Frame what lies between two moments on a ribbon that shows the time from `begin` to `end`, and dim the rest. */
export function drawFrame(canvas, from, to, begin, end) {
  const pen = canvas.getContext("2d");
  const [width, height, thick] = [canvas.width, canvas.height, 2 * devicePixelRatio];
  const at = (moment) => Math.min(Math.max((moment - begin) / (end - begin), 0), 1) * width;
  const [left, right] = [at(from), Math.max(at(to), at(from) + 2 * thick)];
  Object.assign(pen, { globalAlpha: DIMMED, fillStyle: colour("panel") });
  pen.fillRect(0, 0, left, height);
  pen.fillRect(right, 0, width - right, height);
  Object.assign(pen, { globalAlpha: 1, strokeStyle: colour("ink"), lineWidth: thick });
  pen.strokeRect(left + thick / 2, thick / 2, right - left - thick, height - thick);
}

/** For each column of pixels the cell that fills most of it, or null. */
function columnsOf(cells, from, to, width) {
  const columns = new Array(width).fill(null);
  const most = new Float64Array(width);
  const each = (to - from) / width;
  for (const cell of cells) {
    const first = Math.max(0, Math.floor((cell.from - from) / each));
    const last = Math.min(width - 1, Math.ceil((cell.to - from) / each) - 1);
    for (let x = first; x <= last; x++) {
      const covered = Math.min(cell.to, from + (x + 1) * each) - Math.max(cell.from, from + x * each);
      if (covered > most[x]) [columns[x], most[x]] = [cell, covered];
    }
  }
  return columns;
}

/** Neighbouring columns that show the same. */
function stretchesOf(columns) {
  const stretches = [];
  columns.forEach((cell, x) => {
    const what = cell?.what ?? null;
    const last = stretches.at(-1);
    if (last?.what === what) last.end = x + 1;
    else stretches.push({ what, start: x, end: x + 1 });
  });
  return stretches.filter(({ what }) => what !== null);
}

function drawStretch(pen, { what, start, end }, columns, height, scale) {
  pen.globalAlpha = 1;
  if (what === NOBODY) return drawDots(pen, start, end, height, scale);
  if (what === UNCLEAR) {
    pen.fillStyle = colour("soft");
    return pen.fillRect(start, height / 2 - scale, end - start, 2 * scale);
  }
  pen.fillStyle = colour(what);
  for (let x = start; x < end; x++) {
    pen.globalAlpha = PALEST + (1 - PALEST) * columns[x].confidence;
    pen.fillRect(x, 0, 1, height);
  }
  pen.globalAlpha = 1;
  hatch(pen, what, start, end, height, scale);
}

/** On a grid of their own, so that they stand still while a session grows. */
function drawDots(pen, start, end, height, scale) {
  pen.fillStyle = colour("soft");
  const apart = DOTS_APART * scale;
  for (let x = Math.ceil(start / apart) * apart; x < end; x += apart) {
    pen.beginPath();
    pen.arc(x, height / 2, 1.5 * scale, 0, 2 * Math.PI);
    pen.fill();
  }
}

function drawSign(pen, { what, start, end }, height, scale) {
  const image = [NOBODY, UNCLEAR].includes(what) || end - start < ROOM_FOR_SIGN * scale ? null : sign(what);
  const side = Math.min(22 * scale, height * 0.8);
  if (!image) return;
  const left = start + 4 * scale;
  pen.drawImage(image, left, (height - side) / 2, side, side);
}
