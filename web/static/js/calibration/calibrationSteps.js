/** The seven expressions of the page Start: which one is meant, and what became of each. */

import { byId, el, say } from "../shared/dom.js";
import { emojiAddress, emojiImage } from "../shared/format.js";

const steps = [...byId("steps").children].map((item) => ({ item, ...item.dataset, ids: [], skipped: false }));
let current = steps[0];

export const step = () => current;
export const kept = () => steps.filter(({ ids }) => ids.length > 0);

/** Whether each was shown or left out. */
export const isThrough = () => steps.every(({ ids, skipped }) => ids.length > 0 || skipped);

/** Put the list on the page; `takeBack` is called with a step whose looks are to go. */
export function listSteps(takeBack) {
  for (const each of steps) {
    each.words = el("span", { class: "guided-done" });
    each.choose = el("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": `Go to ${each.title}` }, "Go to");
    each.back = el("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": `Take back ${each.title}` }, "Take back");
    each.choose.addEventListener("click", () => choose(each));
    each.back.addEventListener("click", () => takeBack(each));
    const name = el("span", { class: "guided-name" }, each.title);
    each.item.append(emojiImage(each.step), name, each.words, el("span", { class: "guided-again" }, each.choose, each.back));
  }
  choose(current);
}

export function choose(chosen) {
  current = chosen;
  for (const each of steps) each.item.toggleAttribute("aria-current", each === current);
  current.item.setAttribute("aria-current", "step");
  say(byId("step-count"), `${steps.indexOf(current) + 1} of ${steps.length}`);
  say(byId("step-title"), current.title);
  say(byId("step-hint"), current.hint);
  byId("step-emoji").src = emojiAddress(current.step);
  showAll();
}

/** What became of a step: the numbers of its looks, or that it was left out; then on to one that is still to come. */
export function settle(each, ids, words) {
  Object.assign(each, { ids, skipped: ids.length === 0 });
  say(each.words, words);
  const open = (other) => other.ids.length === 0 && !other.skipped;
  const place = steps.indexOf(each);
  choose([...steps.slice(place + 1), ...steps.slice(0, place)].find(open) ?? each);
}

/** As if it had never been shown. */
export function forget(each) {
  Object.assign(each, { ids: [], skipped: false });
  say(each.words, "");
  choose(each);
}

function showAll() {
  for (const each of steps) {
    const again = each.ids.length > 0;
    say(each.choose, again ? "Again" : "Go to");
    each.choose.setAttribute("aria-label", `${again ? "Show again:" : "Go to"} ${each.title}`);
    each.choose.hidden = each === current;
    each.back.hidden = !again;
  }
}

/** Nobody goes elsewhere while one is being shown. */
export function holdSteps(held) {
  for (const { choose: button, back } of steps) button.disabled = back.disabled = held;
}
