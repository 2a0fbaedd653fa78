/** Emoji for canvases. Their files give no size, without which some browsers draw nothing: so it is written in. */

import { emojiAddress } from "../shared/format.js";
import { redraw } from "../shared/redraw.js";

/** Pixels. */
const SIDE = 72;
/** @type {Map<string, HTMLImageElement | null>} */
const images = new Map();

/**
 * The image, or null while it is on its way; a redraw follows when it is there.
 * @param {string} expression
 */
export function emojiBitmap(expression) {
  if (!images.has(expression)) {
    images.set(expression, null);
    load(expression);
  }
  return images.get(expression) ?? null;
}

/** @param {string} expression */
async function load(expression) {
  const svg = await (await fetch(emojiAddress(expression))).text();
  const sized = svg.replace("<svg ", `<svg width="${SIDE}" height="${SIDE}" `);
  const image = new Image(SIDE, SIDE);
  image.src = URL.createObjectURL(new Blob([sized], { type: "image/svg+xml" }));
  await image.decode();
  URL.revokeObjectURL(image.src);
  images.set(expression, image);
  redraw();
}
