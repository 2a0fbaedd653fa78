/** The page Picture: pictures that are chosen, dropped or pasted, judged one after the other. */

import "../shared/retention.js";
import { byId, setText } from "../shared/dom.js";
import { chosenPrior, onPriorChange } from "../shared/prior.js";
import { get, getFile, postInTurn, remove } from "../shared/api.js";
import { heldPictures, rememberHeld } from "./heldPictures.js";
import { offerCamera } from "./cameraDialog.js";
import { Result } from "./result.js";
import * as texts from "../texts/picture.js";

const dropArea = byId("drop");
const files = byId("files", HTMLInputElement);
const maxMegabytes = Number(dropArea.dataset.megabytes);
/**
 * Newest first, as they stand on the page.
 * @type {Result[]}
 */
const results = [];
let queue = Promise.resolve();
let waiting = 0;

/**
 * Show each at once, above those of before; ask for them one by one.
 * @param {Iterable<File> | undefined | null} chosen
 */
function take(chosen) {
  const taken = [...(chosen ?? [])].map((file) => new Result(file, removeResult));
  for (const { stage, file } of taken) stage.showFile(file);
  byId("results").prepend(...taken.map(({ element }) => element));
  results.unshift(...taken);
  judge(taken);
}

/**
 * Take a picture from the page; the keyboard goes on to the one below, or to the one above, or to choosing another.
 * @param {Result} result
 */
function removeResult(result) {
  const place = results.indexOf(result);
  results.splice(place, 1);
  result.isRemoved = true;
  result.element.remove();
  forget(result);
  (results[place] ?? results[place - 1])?.removeButton.focus();
  if (!results.length) files.focus();
  setText(byId("progress"), (result.kept || result.hasVerdict ? texts.removedButSaved : texts.removed)(result.file.name));
}

/**
 * The server has it in memory no longer than the page shows it.
 * @param {Result} result
 */
function forget({ held }) {
  rememberHeld(results);
  if (held) remove(`/api/held/${held}`);
}

/** What the page showed before it was loaded anew, below whatever was chosen meanwhile. */
async function restore() {
  let lost = 0;
  for (const held of heldPictures()) {
    const answer = await get(`/api/held/${held}`);
    const file = answer.error ? null : await getFile(`/picture/held/${held}`, answer.path);
    if (file) {
      const result = new Result(file, removeResult);
      results.push(result);
      byId("results").append(result.element);
      result.show(answer);
    } else lost += 1;
  }
  if (lost) setText(byId("progress"), texts.lost(lost));
  if (!waiting) rememberHeld(results);
}

/** @param {Result[]} these */
function judge(these) {
  waiting += these.length;
  for (const result of these) queue = queue.then(() => judgeOne(result));
  showProgress();
}

/** @param {Result} result */
async function judgeOne(result) {
  if (!result.isRemoved) {
    result.show(await answerFor(result));
    if (result.isRemoved) forget(result);
    else rememberHeld(results);
  }
  waiting -= 1;
  showProgress();
}

/** @param {Result} result */
async function answerFor({ file, kept, held }) {
  if (file.size > maxMegabytes * 1e6) return { error: texts.tooLarge(maxMegabytes) };
  // Another window's pictures are looked at first.
  return postInTurn("/api/picture", { picture: file, prior: chosenPrior(), again: kept ?? undefined, held });
}

function showProgress() {
  const read = results.length ? texts.read(results.length) : "";
  setText(byId("progress"), waiting ? texts.reading(waiting) : read);
}

files.addEventListener("change", () => {
  take(files.files);
  files.value = "";
});
// The pictures are still the person's own files: with another prior they are judged again.
onPriorChange(() => judge(results));
addEventListener("paste", ({ clipboardData }) => take(clipboardData?.files));
/** @type {("dragover" | "dragleave" | "drop")[]} */
const dragEvents = ["dragover", "dragleave", "drop"];
for (const kind of dragEvents) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    dropArea.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer?.files);
  });
}
offerCamera((file) => take([file]));
restore();
