/** The stage: the camera's picture with a box and an emoji on each face, numbered when there may be several. */

import { byId, remember, remembered, say } from "../shared/dom.js";
import { onConnect, socket } from "../shared/socket.js";
import { redraw } from "../shared/redraw.js";
import { sign } from "../timeline/emojiImages.js";

const blind = byId("blind");
let shown = null;
let asked = false;
let wanted = false;
/** What was asked to be shown last. */
let staged = null;
/** Where the picture lies on the stage, in CSS pixels: {scale, left, top}, null while none is shown. */
let placed = null;

export const placement = () => placed;

blind.checked = remembered("blind", blind.defaultChecked);
blind.addEventListener("change", () => {
  remember("blind", blind.checked);
  look();
  redraw();
});
document.addEventListener("visibilitychange", look);
onConnect(() => {
  asked = false;
  look();
});
socket.on("preview", async ({ width, height, jpeg }) => {
  asked = false;
  shown = { width, height, picture: await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" })) };
  // The stage alone: a redraw of the page would show the words before again, just before fresh ones come.
  requestAnimationFrame(() => staged && showStage(...staged));
  look();
});

/** Ask for the next picture, one at a time and only while somebody sees it. */
function look() {
  if (asked || !wanted || blind.checked || document.hidden || !socket.connected) return;
  asked = true;
  socket.emit("look");
}

const WORDS = { starting: "Starting …", paused: "Paused: nothing is watched.", lost: "The camera is lost.", away: "Mien does not answer." };

/** camera: the browser's own, which shows itself while it is open. */
export function showStage(state, row, camera) {
  staged = [state, row, camera];
  const watching = state.kind === "watching";
  wanted = watching && !camera.isOpen;
  look();
  byId("watching").classList.toggle("is-blind", blind.checked);
  byId("local").hidden = !(camera.isOpen && watching);
  const still = state.kind === "paused" ? state.message : "";
  say(byId("stage-words"), still || (WORDS[state.kind] ?? (blind.checked ? "The picture is hidden." : "")));
  const pen = cleared(byId("overlay"));
  placed = null;
  if (!watching || blind.checked) return;
  const size = camera.isOpen ? camera.size : shown;
  if (!size?.width) return;
  const fit = fitted(byId("overlay"), size);
  placed = fit;
  if (!camera.isOpen) pen.drawImage(shown.picture, fit.left, fit.top, size.width * fit.scale, size.height * fit.scale);
  for (const face of row?.faces ?? []) drawFace(pen, face, fit, state.faces === "all");
}

/** The pen in CSS pixels, on an empty canvas as sharp as the screen. */
function cleared(canvas) {
  const [width, height] = [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return pen;
}

/** Where a picture of that size lies when it is shown whole, in the middle. */
function fitted({ clientWidth, clientHeight }, { width, height }) {
  const scale = Math.min(clientWidth / width, clientHeight / height);
  return { scale, left: (clientWidth - width * scale) / 2, top: (clientHeight - height * scale) / 2 };
}

const SIGN = 24;
const DARK = "#14171a";

/** White on dark, so that it is seen on any picture. */
function drawFace(pen, { box, id, expression }, { left, top, scale }, everybody) {
  const [x, y, width, height] = box.map((number) => number * scale);
  for (const [colour, line] of [[DARK, 4], ["#fff", 2]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: line });
    pen.beginPath();
    pen.roundRect(left + x, top + y, width, height, 8);
    pen.stroke();
  }
  drawLabel(pen, left + x, Math.max(2, top + y - SIGN - 6), expression, everybody ? String(id) : "");
}

function drawLabel(pen, x, y, expression, number) {
  pen.font = "600 14px system-ui, sans-serif";
  pen.fillStyle = DARK;
  pen.beginPath();
  pen.roundRect(x, y, SIGN + 4 + (number ? 12 + pen.measureText(number).width : 0), SIGN + 4, 8);
  pen.fill();
  const image = sign(expression);
  if (image) pen.drawImage(image, x + 4, y + 4, SIGN - 4, SIGN - 4);
  Object.assign(pen, { fillStyle: "#fff", textBaseline: "middle" });
  pen.fillText(number, x + SIGN + 6, y + SIGN / 2 + 3);
}
