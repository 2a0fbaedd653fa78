/** The page Picture: pictures that are chosen, dropped or pasted, judged one after the other. */

import { byId, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";
import { onPrior, prior } from "../shared/prior.js";
import "../shared/retention.js";
import { Result } from "./result.js";

const form = byId("drop");
const megabytes = Number(form.dataset.megabytes);
/** Newest first, as they stand on the page. */
const results = [];
let queue = Promise.resolve();
let waiting = 0;

/** Show each at once, above those of before; ask for them one by one. */
function take(files) {
  const taken = [...files].map((file) => new Result(file));
  byId("results").prepend(...taken.map(({ element }) => element));
  results.unshift(...taken);
  ask(taken);
}

function ask(these) {
  waiting += these.length;
  for (const result of these) queue = queue.then(() => judge(result));
  tell();
}

async function judge(result) {
  const answer = await answerFor(result);
  result.kept ??= answer.kept;
  result.show(answer);
  waiting -= 1;
  tell();
}

/** The server's report, or {error: a sentence}. */
async function answerFor({ file, kept }) {
  if (file.size > megabytes * 1e6) return { error: `The picture is larger than ${megabytes} MB. Make it smaller and try again.` };
  const body = new FormData();
  body.append("picture", file);
  body.append("prior", prior());
  if (kept) body.append("again", kept);
  try {
    for (;;) {
      const answer = await fetch("/api/picture", { method: "POST", body });
      const seconds = Number(answer.headers.get("Retry-After"));
      if (!seconds) return await answer.json();
      // Another window's pictures are looked at first.
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  } catch {
    return { error: AWAY };
  }
}

const counted = (number) => (number === 1 ? "1 picture" : `${number} pictures`);

function tell() {
  const looked = results.length ? `${counted(results.length)} looked at.` : "";
  say(byId("progress"), waiting ? `Looking at ${counted(waiting)} …` : looked);
}

byId("files").addEventListener("change", ({ target }) => {
  take(target.files);
  target.value = "";
});
// The pictures are still the person's own files: with another prior they are judged again.
onPrior(() => ask(results));
addEventListener("paste", ({ clipboardData }) => take(clipboardData.files));
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
form.addEventListener("submit", (event) => event.preventDefault());
