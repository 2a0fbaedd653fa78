/** The page Picture: pictures that are chosen, dropped or pasted, judged one after the other. */

import { byId, say } from "./dom.js";
import { AWAY } from "./link.js";
import { Result } from "./result.js";

const form = byId("drop");
const megabytes = Number(form.dataset.megabytes);
let queue = Promise.resolve();
let waiting = 0;

/** Show each at once, above those of before; ask for them one by one. */
function take(files) {
  const results = [...files].map((file) => new Result(file));
  byId("results").prepend(...results.map(({ element }) => element));
  waiting += results.length;
  for (const result of results) queue = queue.then(() => judge(result));
  tell();
}

async function judge(result) {
  result.show(await answerFor(result.file));
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

const counted = (number) => (number === 1 ? "1 picture" : `${number} pictures`);

function tell() {
  const all = byId("results").children.length;
  const looked = all ? `${counted(all)} looked at.` : "";
  say(byId("progress"), waiting ? `Looking at ${counted(waiting)} …` : looked);
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
