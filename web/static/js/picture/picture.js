/** The page Picture: pictures that are chosen, dropped or pasted, judged one after the other. */

import "../shared/retention.js";
import { byId, setText } from "../shared/dom.js";
import { chosenPrior, onPriorChange } from "../shared/prior.js";
import { postInTurn } from "../shared/api.js";
import { Result } from "./result.js";

const form = byId("drop", HTMLFormElement);
const files = byId("files", HTMLInputElement);
const maxMegabytes = Number(form.dataset.megabytes);
/**
 * Newest first, as they stand on the page.
 * @type {Result[]}
 */
const results = [];
let queue = Promise.resolve();
let waiting = 0;

/**
 * Show each at once, above those of before; ask for them one by one.
 * @param {FileList | undefined | null} chosen
 */
function take(chosen) {
  const taken = [...(chosen ?? [])].map((file) => new Result(file, removeResult));
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
  (results[place] ?? results[place - 1])?.removeButton.focus();
  if (!results.length) files.focus();
  const rest = result.kept || result.hasVerdict ? " What was saved of it stays in History." : "";
  setText(byId("progress"), `${result.file.name} was removed from this page.${rest}`);
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
    const answer = await answerFor(result);
    result.kept ??= answer.kept;
    result.show(answer);
  }
  waiting -= 1;
  showProgress();
}

/** @param {Result} result */
async function answerFor({ file, kept }) {
  if (file.size > maxMegabytes * 1e6) return { error: `The picture is larger than ${maxMegabytes} MB. Make it smaller and try again.` };
  // Another window's pictures are looked at first.
  return postInTurn("/api/picture", { picture: file, prior: chosenPrior(), again: kept ?? undefined });
}

function showProgress() {
  const counted = (/** @type {number} */ number) => (number === 1 ? "1 picture" : `${number} pictures`);
  const read = results.length ? `${counted(results.length)} read.` : "";
  setText(byId("progress"), waiting ? `Reading ${counted(waiting)} …` : read);
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
    form.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer?.files);
  });
}
form.addEventListener("submit", (event) => event.preventDefault());
