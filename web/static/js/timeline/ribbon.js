/** A ribbon: time from left to right, a colour for each expression, stronger where it is surer; dots for nobody, bare for a gap. */

/** @import { Segment } from "./segments.js" */

import { NOBODY, PALEST, UNCLEAR } from "../shared/constants.js";
import { drawHatch } from "./hatch.js";
import { emojiBitmap } from "./emojiImages.js";
import { penOf } from "../shared/dom.js";
import { themeColour } from "../shared/format.js";

/** CSS pixels. */
const DOT_DISTANCE = 8;
const DOT_RADIUS = 1.5;
const UNCLEAR_LINE = 2;
const FRAME_LINE = 2;
const EMOJI_SIDE = 22;
const EMOJI_INSET = 4;
const MIN_WIDTH_FOR_EMOJI = 30;
/** How much of the ground covers what is not framed. */
const DIMMED = 0.6;

/** @typedef {{ label: string, start: number, end: number }} PixelRun neighbouring columns that show the same; device pixels */

/**
 * Draw the segments between two moments.
 * @param {HTMLCanvasElement} canvas
 * @param {Segment[]} segments
 * @param {number} from
 * @param {number} to
 * @param {{ emoji?: boolean }} [options] emoji: whether each longer run gets its emoji
 */
export function drawRibbon(canvas, segments, from, to, { emoji = false } = {}) {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = penOf(canvas);
  pen.clearRect(0, 0, width, height);
  const columns = segmentPerColumn(segments, from, to, width);
  const runs = runsOf(columns);
  for (const run of runs) drawRun(pen, run, columns, height, scale);
  if (emoji) for (const run of runs) drawEmoji(pen, run, height, scale);
}

/**
 * Frame what lies between two moments on a ribbon that shows the time from `begin` to `end`, and dim the rest.
 * @param {HTMLCanvasElement} canvas
 * @param {number} from
 * @param {number} to
 * @param {number} begin
 * @param {number} end
 */
export function drawZoomFrame(canvas, from, to, begin, end) {
  const pen = penOf(canvas);
  const [width, height, line] = [canvas.width, canvas.height, FRAME_LINE * devicePixelRatio];
  const x = (/** @type {number} */ moment) => Math.min(Math.max((moment - begin) / (end - begin), 0), 1) * width;
  const [left, right] = [x(from), Math.max(x(to), x(from) + 2 * line)];
  Object.assign(pen, { globalAlpha: DIMMED, fillStyle: themeColour("panel") });
  pen.fillRect(0, 0, left, height);
  pen.fillRect(right, 0, width - right, height);
  Object.assign(pen, { globalAlpha: 1, strokeStyle: themeColour("ink"), lineWidth: line });
  pen.strokeRect(left + line / 2, line / 2, right - left - line, height - line);
}

/**
 * For each column of pixels the segment that fills most of it, or null.
 * @param {Segment[]} segments
 * @param {number} from
 * @param {number} to
 * @param {number} width columns
 */
export function segmentPerColumn(segments, from, to, width) {
  /** @type {(Segment | null)[]} */
  const columns = new Array(width).fill(null);
  const covered = new Float64Array(width);
  const seconds = (to - from) / width;
  for (const segment of segments) {
    const first = Math.max(0, Math.floor((segment.from - from) / seconds));
    const last = Math.min(width - 1, Math.ceil((segment.to - from) / seconds) - 1);
    for (let x = first; x <= last; x += 1) {
      const overlap = Math.min(segment.to, from + (x + 1) * seconds) - Math.max(segment.from, from + x * seconds);
      if (overlap > covered[x]) [columns[x], covered[x]] = [segment, overlap];
    }
  }
  return columns;
}

/**
 * @param {(Segment | null)[]} columns
 * @returns {PixelRun[]}
 */
export function runsOf(columns) {
  /** @type {{ label: string | null, start: number, end: number }[]} */
  const runs = [];
  columns.forEach((segment, x) => {
    const label = segment?.label ?? null;
    const last = runs.at(-1);
    if (last?.label === label) last.end = x + 1;
    else runs.push({ label, start: x, end: x + 1 });
  });
  return runs.flatMap(({ label, start, end }) => (label === null ? [] : [{ label, start, end }]));
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {PixelRun} run
 * @param {(Segment | null)[]} columns
 * @param {number} height device pixels
 * @param {number} scale device pixels in a CSS pixel
 */
function drawRun(pen, { label, start, end }, columns, height, scale) {
  pen.globalAlpha = 1;
  if (label === NOBODY) drawDots(pen, start, end, height, scale);
  else if (label === UNCLEAR) {
    const line = UNCLEAR_LINE * scale;
    pen.fillStyle = themeColour("soft");
    pen.fillRect(start, (height - line) / 2, end - start, line);
  } else {
    pen.fillStyle = themeColour(label);
    for (let x = start; x < end; x += 1) {
      pen.globalAlpha = PALEST + (1 - PALEST) * (columns[x]?.confidence ?? 0);
      pen.fillRect(x, 0, 1, height);
    }
    pen.globalAlpha = 1;
    drawHatch(pen, label, { left: start, width: end - start, height }, scale);
  }
}

/**
 * On a grid of their own, so that they stand still while a session grows.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} start
 * @param {number} end
 * @param {number} height
 * @param {number} scale
 */
function drawDots(pen, start, end, height, scale) {
  pen.fillStyle = themeColour("soft");
  const distance = DOT_DISTANCE * scale;
  for (let x = Math.ceil(start / distance) * distance; x < end; x += distance) {
    pen.beginPath();
    pen.arc(x, height / 2, DOT_RADIUS * scale, 0, 2 * Math.PI);
    pen.fill();
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {PixelRun} run
 * @param {number} height
 * @param {number} scale
 */
function drawEmoji(pen, { label, start, end }, height, scale) {
  if (label === NOBODY || label === UNCLEAR || end - start < MIN_WIDTH_FOR_EMOJI * scale) return;
  const image = emojiBitmap(label);
  const side = Math.min(EMOJI_SIDE * scale, height * 0.8);
  if (image) pen.drawImage(image, start + EMOJI_INSET * scale, (height - side) / 2, side, side);
}
