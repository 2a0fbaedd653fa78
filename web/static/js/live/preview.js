/** The camera's picture with a box and an emoji on each face, numbered when there may be several. */

/** @import { Box, Row, State } from "../shared/records.js" */
/** @import { PushedVideo } from "./pushedVideo.js" */

import { byId, penOf, setText } from "../shared/dom.js";
import { onConnect, socket } from "../shared/socket.js";
import { emojiBitmap } from "../timeline/emojiImages.js";
import { redraw } from "../shared/redraw.js";
import * as texts from "../texts/live.js";

/**
 * Where the picture lies on the canvas, CSS pixels; width: of the frame, in its own pixels.
 * @typedef {{ scale: number, left: number, top: number, width: number, mirrored: boolean }} Placement
 */

const hidePicture = byId("blind", HTMLInputElement);
const canvas = byId("overlay", HTMLCanvasElement);
/** Where this browser remembers whether the picture is hidden: yes or no. */
const REMEMBERED = "blind";
/** @type {{ width: number, height: number, picture: ImageBitmap } | null} */
let received = null;
let isRequested = false;
let isWanted = false;
/** Whether the server has been asked where the faces are next. */
let isFollowing = false;
/** Whether somebody sees where they are. */
let isShown = false;
/**
 * Where the faces were at the last look between two observations, by id; empty after the next observation.
 * @type {Map<number, Box>}
 */
let moved = new Map();
/**
 * What was to be shown last.
 * @type {Parameters<typeof showPreview> | null}
 */
let shown = null;
/** @type {Placement | null} */
let placed = null;

/** Where the picture lies; null while none is shown. */
export const placement = () => placed;

/**
 * A distance from the frame's left edge as one from the canvas's, or back: a mirror swaps left and right.
 * @param {number} x pixels of the frame
 * @param {Placement} placement
 */
export const onCanvas = (x, { scale, left, width, mirrored }) => left + (mirrored ? width - x : x) * scale;

/**
 * @param {number} x CSS pixels of the canvas
 * @param {Placement} placement
 */
export function onFrame(x, { scale, left, width, mirrored }) {
  const distance = (x - left) / scale;
  return mirrored ? width - distance : distance;
}

hidePicture.checked = (localStorage.getItem(REMEMBERED) ?? (hidePicture.defaultChecked ? "yes" : "no")) === "yes";
hidePicture.addEventListener("change", () => {
  localStorage.setItem(REMEMBERED, hidePicture.checked ? "yes" : "no");
  requestPicture();
  redraw();
});
document.addEventListener("visibilitychange", () => {
  requestPicture();
  requestFaces();
});
onConnect(() => {
  [isRequested, isFollowing] = [false, false];
  requestPicture();
  requestFaces();
});
socket.on("faces", (/** @type {{ faces: { id: number, box: Box }[] }} */ { faces }) => {
  isFollowing = false;
  moved = new Map(faces.map(({ id, box }) => [id, box]));
  drawAgain();
  requestFaces();
});
socket.on("preview", async ({ width, height, jpeg }) => {
  isRequested = false;
  received = { width, height, picture: await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" })) };
  drawAgain();
  requestPicture();
});

/** The picture alone: a redraw of the page would show the words before again, just before fresh ones come. */
function drawAgain() {
  requestAnimationFrame(() => {
    if (shown) showPreview(...shown);
  });
}

/** Ask for the next picture, one at a time and only while somebody sees it. */
function requestPicture() {
  if (isRequested || !isWanted || hidePicture.checked || document.hidden || !socket.connected) return;
  isRequested = true;
  socket.emit("look");
}

/** Ask where the faces are at the next look, likewise. */
function requestFaces() {
  if (isFollowing || !isShown || hidePicture.checked || document.hidden || !socket.connected) return;
  isFollowing = true;
  socket.emit("look", "faces");
}

/**
 * Whether the picture is shown as in a mirror, as people know their own face: that of a camera, but of no file or screen.
 * @param {State} state
 */
export const isMirrored = ({ source, recorded }) => Boolean(source) && !recorded && !/^(screen(:|$)|fake:|(window|zoom)$|\w+:\/\/)/.test(source ?? "");

/**
 * @param {State} state
 * @param {Row | undefined} row the newest: where the faces are
 * @param {PushedVideo} camera the browser's own, which shows itself while it is open
 * @param {Row | null | undefined} told what they show, as the words on the page tell it: never another thing than these
 */
export function showPreview(state, row, camera, told = row) {
  if (shown?.[1] !== row) moved = new Map();
  shown = [state, row, camera, told];
  const isWatching = state.kind === "watching";
  isWanted = isWatching && !camera.isOpen;
  isShown = isWatching && row !== undefined;
  requestPicture();
  requestFaces();
  showStage(state, camera.isOpen && isWatching);
  const pen = clearedPen();
  placed = null;
  if (!isWatching || hidePicture.checked) return;
  const size = camera.isOpen ? camera.size : received;
  if (!size?.width) return;
  placed = placeWhole(size, isMirrored(state));
  if (!camera.isOpen && received) drawPicture(pen, received.picture, size, placed);
  const whatIsTold = new Map((told?.faces ?? []).map(({ id, expression }) => [id, expression]));
  for (const { id, box } of row?.faces ?? []) {
    drawFace(pen, { id, box: moved.get(id) ?? box, expression: whatIsTold.get(id) }, placed, state.faces === "all");
  }
}

/**
 * The browser's own picture, or the words that stand in a picture's place.
 * @param {State} state
 * @param {boolean} isOwnCamera whether the picture is this browser's camera's
 */
function showStage(state, isOwnCamera) {
  byId("watching").classList.toggle("is-blind", hidePicture.checked);
  byId("local").hidden = !isOwnCamera;
  byId("local").classList.toggle("is-mirrored", isMirrored(state));
  setText(byId("stage-words"), stageWords(state));
}

/**
 * What stands in the place of the picture; empty where there is one.
 * @param {State} state
 */
function stageWords({ kind, message, paused_because: because }) {
  if (kind === "paused" && (message || because)) return message || texts.pausedBecause(because ?? "");
  return texts.WITHOUT_PICTURE[kind] ?? (hidePicture.checked ? texts.PICTURE_HIDDEN : "");
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
 * @param {boolean} mirrored
 * @returns {Placement}
 */
function placeWhole({ width, height }, mirrored) {
  const scale = Math.min(canvas.clientWidth / width, canvas.clientHeight / height);
  const [left, top] = [(canvas.clientWidth - width * scale) / 2, (canvas.clientHeight - height * scale) / 2];
  return { scale, left, top, width, mirrored };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {ImageBitmap} picture
 * @param {{ width: number, height: number }} size
 * @param {Placement} placement
 */
function drawPicture(pen, picture, size, { left, top, scale, mirrored }) {
  const [width, height] = [size.width * scale, size.height * scale];
  pen.save();
  if (mirrored) {
    pen.translate(2 * left + width, 0);
    pen.scale(-1, 1);
  }
  pen.drawImage(picture, left, top, width, height);
  pen.restore();
}

/** CSS pixels. */
const EMOJI_SIDE = 24;
const CORNER = 8;
/** White on dark, so that it is seen on any picture, in every theme. */
const DARK = "#14171a";
const WHITE = "#fff";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ box: Box, id: number, expression: string | undefined }} face expression: undefined where nothing is told of it yet
 * @param {Placement} place
 * @param {boolean} withNumber
 */
function drawFace(pen, { box, id, expression }, place, withNumber) {
  const { top, scale, mirrored } = place;
  const [, y, width, height] = box.map((value) => value * scale);
  const x = onCanvas(mirrored ? box[0] + box[2] : box[0], place);
  for (const [colour, lineWidth] of [[DARK, 4], [WHITE, 2]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth });
    pen.beginPath();
    pen.roundRect(x, top + y, width, height, CORNER);
    pen.stroke();
  }
  if (expression) drawLabel(pen, x, Math.max(2, top + y - EMOJI_SIDE - 6), expression, withNumber ? String(id) : "");
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
