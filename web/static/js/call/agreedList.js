/** The list of those who agreed, each with the one question that stops it and deletes what there is about them. */

/** @import { CallPerson, CallView } from "../shared/records.js" */

import { byId, el, setText, smallButton } from "../shared/dom.js";
import { USER } from "./user.js";
import * as texts from "../texts/call.js";

const list = byId("agreed");
const dialog = byId("stop-dialog", HTMLDialogElement);
/** @type {CallPerson | null} */
let leaving = null;
let shownKey = "";

/**
 * The rows are made anew only when they are others.
 * @param {CallView} call
 */
export function showAgreed(call) {
  const rows = call.people.filter(({ person }) => person !== USER).map((person) => ({ person, where: whereWords(call, person.person) }));
  byId("agreed-part").hidden = rows.length === 0 && !byId("agreed-answer").textContent;
  const key = JSON.stringify(rows.map(({ person: { person, name }, where }) => [person, name, where]));
  if (key === shownKey) return;
  shownKey = key;
  list.replaceChildren(...rows.map(({ person, where }) => row(person, where)));
}

/**
 * @param {CallView} call
 * @param {number} person
 */
function whereWords({ by, tiles }, person) {
  if (by === "names") return "";
  const tile = tiles.find((each) => each.person === person);
  return tile ? texts.agreedIn(tile.tile) : texts.NOT_ON_SCREEN;
}

/**
 * @param {CallPerson} person
 * @param {string} where
 */
function row(person, where) {
  const stop = smallButton(texts.stop(person.name), () => askToStop(person));
  return el("li", {}, el("span", { class: "agreed-name" }, person.name), el("span", { class: "soft" }, where), stop);
}

/** @param {CallPerson} person */
function askToStop(person) {
  leaving = person;
  setText(byId("agreed-answer"), "");
  setText(byId("stop-dialog-title"), texts.stopQuestion(person.name));
  setText(byId("stop-dialog-words"), texts.stopsAndDeletes(person.name));
  dialog.returnValue = "keep";
  dialog.showModal();
}

/** @param {(person: CallPerson) => void} revoke called when the question was answered with yes */
export function connectStop(revoke) {
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "stop" && leaving !== null) revoke(leaving);
  });
}
