/** Parts of the screen as numbers: drawn between two points, kept on their monitor, written and read. */

/**
 * A part of the desktop, or a monitor on it, in whole pixels of the desktop.
 * @typedef {{ left: number, top: number, width: number, height: number }} Region
 */

/** Pixels: no face is found in a smaller part (tracker/sources/screen.py). */
export const MIN_SIDE = 64;

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/**
 * One side of a part and its beginning, moved and cut so that it lies on the monitor.
 * @param {number} begin
 * @param {number} length
 * @param {number} from where the monitor begins
 * @param {number} most how long it is
 */
function fitted(begin, length, from, most) {
  const side = clamp(Math.round(length), Math.min(MIN_SIDE, most), most);
  return { begin: clamp(Math.round(begin), from, from + most - side), side };
}

/**
 * The part that lies on a monitor, and is no smaller than a part may be.
 * @param {Region} region
 * @param {Region} monitor
 * @returns {Region}
 */
export function within(region, monitor) {
  const across = fitted(region.left, region.width, monitor.left, monitor.width);
  const down = fitted(region.top, region.height, monitor.top, monitor.height);
  return { left: across.begin, top: down.begin, width: across.side, height: down.side };
}

/**
 * The part between two points of a monitor's picture.
 * @param {[number, number]} one x and y as shares of the picture, which may lie beside it
 * @param {[number, number]} other
 * @param {Region} monitor
 * @returns {Region}
 */
export function between(one, other, monitor) {
  const [left, right] = [one[0], other[0]].map((share) => clamp(share, 0, 1)).sort((a, b) => a - b);
  const [top, bottom] = [one[1], other[1]].map((share) => clamp(share, 0, 1)).sort((a, b) => a - b);
  const region = {
    left: monitor.left + left * monitor.width,
    top: monitor.top + top * monitor.height,
    width: (right - left) * monitor.width,
    height: (bottom - top) * monitor.height,
  };
  return within(region, monitor);
}

/**
 * Where a part lies on its monitor's picture, for a style sheet.
 * @param {Region} region
 * @param {Region} monitor
 */
export function placeOf({ left, top, width, height }, monitor) {
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  return {
    left: percent(left - monitor.left, monitor.width),
    top: percent(top - monitor.top, monitor.height),
    width: percent(width, monitor.width),
    height: percent(height, monitor.height),
  };
}

/**
 * As the source `screen:` has it.
 * @param {Region} region
 */
export const writeRegion = ({ left, top, width, height }) => [left, top, width, height].join(",");

/**
 * What `writeRegion` wrote; null for anything else.
 * @param {string} text
 * @returns {Region | null}
 */
export function readRegion(text) {
  const found = text.replaceAll(" ", "").match(/^(-?\d+),(-?\d+),(\d+),(\d+)$/);
  if (!found) return null;
  const [left, top, width, height] = found.slice(1).map(Number);
  return { left, top, width, height };
}
