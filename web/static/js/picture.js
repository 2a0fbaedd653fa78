/** The page Picture: pictures that are chosen, dropped or pasted, judged one after the other. */

import { byId, say } from "./dom.js";
import { AWAY } from "./link.js";
import { Result } from "./result.js";

const form = byId("drop");
const megabytes = Number(form.dataset.megabytes);
let queue = Promise.resolve();
let waiting = 0;

/** Show each at once, newest last; ask for them one by one. */
function take(files) {
  for (const file of files) {
    const result = new Result(file);
    byId("results").append(result.element);
    waiting += 1;
    queue = queue.then(() => judge(file, result));
  }
  tell();
}

async function judge(file, result) {
  result.show(await answerFor(file));
  waiting -= 1;
  tell();
}

/** The server's report, or {error: a sentence}. */
async function answerFor(file) {
  if (file.size > megabytes * 1e6) return { error: `The picture is larger than ${megabytes} MB. Make it smaller and try again.` };
  const body = new FormData();
  body.append("picture", file);
  try {
    return await (await fetch("/api/picture", { method: "POST", body })).json();
  } catch {
    return { error: AWAY };
  }
}

function tell() {
  const done = byId("results").children.length - waiting;
  say(byId("progress"), waiting ? `Looking at ${waiting === 1 ? "one picture" : `${waiting} pictures`} …` : done ? "Done." : "");
}

byId("files").addEventListener("change", ({ target }) => {
  take(target.files);
  target.value = "";
});
addEventListener("paste", ({ clipboardData }) => take(clipboardData.files));
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
form.addEventListener("submit", (event) => event.preventDefault());
