/** The camera's picture with a box and an emoji on each face, numbered when there may be several. */

/** @import { Box, Row, State } from "../shared/records.js" */
/** @import { BrowserCamera } from "./browserCamera.js" */

import { byId, penOf, setText } from "../shared/dom.js";
import { onConnect, socket } from "../shared/socket.js";
import { emojiBitmap } from "../timeline/emojiImages.js";
import { redraw } from "../shared/redraw.js";

/** @typedef {{ scale: number, left: number, top: number }} Placement where the picture lies on the canvas, CSS pixels */

const hidePicture = byId("blind", HTMLInputElement);
const canvas = byId("overlay", HTMLCanvasElement);
/** Where this browser remembers whether the picture is hidden: yes or no. */
const REMEMBERED = "blind";
/** @type {{ width: number, height: number, picture: ImageBitmap } | null} */
let received = null;
let isRequested = false;
let isWanted = false;
/**
 * What was to be shown last.
 * @type {Parameters<typeof showPreview> | null}
 */
let shown = null;
/** @type {Placement | null} */
let placed = null;

/** Where the picture lies; null while none is shown. */
export const placement = () => placed;

hidePicture.checked = (localStorage.getItem(REMEMBERED) ?? (hidePicture.defaultChecked ? "yes" : "no")) === "yes";
hidePicture.addEventListener("change", () => {
  localStorage.setItem(REMEMBERED, hidePicture.checked ? "yes" : "no");
  requestPicture();
  redraw();
});
document.addEventListener("visibilitychange", requestPicture);
onConnect(() => {
  isRequested = false;
  requestPicture();
});
socket.on("preview", async ({ width, height, jpeg }) => {
  isRequested = false;
  received = { width, height, picture: await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" })) };
  // The picture alone: a redraw of the page would show the words before again, just before fresh ones come.
  requestAnimationFrame(() => {
    if (shown) showPreview(...shown);
  });
  requestPicture();
});

/** Ask for the next picture, one at a time and only while somebody sees it. */
function requestPicture() {
  if (isRequested || !isWanted || hidePicture.checked || document.hidden || !socket.connected) return;
  isRequested = true;
  socket.emit("look");
}

/** @type {Record<string, string>} */
const WORDS_WITHOUT_PICTURE = { starting: "Starting …", paused: "Paused: nothing is watched.", lost: "The camera is lost.", away: "Mien does not answer." };

/**
 * @param {State} state
 * @param {Row | undefined} row
 * @param {BrowserCamera} camera the browser's own, which shows itself while it is open
 */
export function showPreview(state, row, camera) {
  shown = [state, row, camera];
  const isWatching = state.kind === "watching";
  isWanted = isWatching && !camera.isOpen;
  requestPicture();
  byId("watching").classList.toggle("is-blind", hidePicture.checked);
  byId("local").hidden = !(camera.isOpen && isWatching);
  const message = state.kind === "paused" ? state.message : "";
  const words = WORDS_WITHOUT_PICTURE[state.kind] ?? (hidePicture.checked ? "The picture is hidden." : "");
  setText(byId("stage-words"), message || words);
  const pen = clearedPen();
  placed = null;
  if (!isWatching || hidePicture.checked) return;
  const size = camera.isOpen ? camera.size : received;
  if (!size?.width) return;
  placed = placeWhole(size);
  const { scale, left, top } = placed;
  if (!camera.isOpen && received) pen.drawImage(received.picture, left, top, size.width * scale, size.height * scale);
  for (const face of row?.faces ?? []) drawFace(pen, face, placed, state.faces === "all");
}

/** The pen in CSS pixels, on an empty canvas as sharp as the screen. */
function clearedPen() {
  const [width, height] = [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = penOf(canvas);
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return pen;
}

/**
 * Where a picture of that size lies when it is shown whole, in the middle.
 * @param {{ width: number, height: number }} size
 * @returns {Placement}
 */
function placeWhole({ width, height }) {
  const scale = Math.min(canvas.clientWidth / width, canvas.clientHeight / height);
  return { scale, left: (canvas.clientWidth - width * scale) / 2, top: (canvas.clientHeight - height * scale) / 2 };
}

/** CSS pixels. */
const EMOJI_SIDE = 24;
const CORNER = 8;
/** White on dark, so that it is seen on any picture, in every theme. */
const DARK = "#14171a";
const WHITE = "#fff";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ box: Box, id: number, expression: string }} face
 * @param {Placement} placement
 * @param {boolean} withNumber
 */
function drawFace(pen, { box, id, expression }, { left, top, scale }, withNumber) {
  const [x, y, width, height] = box.map((value) => value * scale);
  for (const [colour, lineWidth] of [[DARK, 4], [WHITE, 2]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth });
    pen.beginPath();
    pen.roundRect(left + x, top + y, width, height, CORNER);
    pen.stroke();
  }
  drawLabel(pen, left + x, Math.max(2, top + y - EMOJI_SIDE - 6), expression, withNumber ? String(id) : "");
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {string} expression
 * @param {string} number
 */
function drawLabel(pen, x, y, expression, number) {
  pen.font = "600 14px system-ui, sans-serif";
  pen.fillStyle = DARK;
  pen.beginPath();
  pen.roundRect(x, y, EMOJI_SIDE + 4 + (number ? 12 + pen.measureText(number).width : 0), EMOJI_SIDE + 4, CORNER);
  pen.fill();
  const image = emojiBitmap(expression);
  if (image) pen.drawImage(image, x + 4, y + 4, EMOJI_SIDE - 4, EMOJI_SIDE - 4);
  Object.assign(pen, { fillStyle: WHITE, textBaseline: "middle" });
  pen.fillText(number, x + EMOJI_SIDE + 6, y + EMOJI_SIDE / 2 + 3);
}
