/** Who is where: the plan or Zoom's list, and the form that notes a consent. */

/** @import { CallPerson, CallTile, CallView, RosterEntry, ShowProblem } from "../shared/records.js" */

import { ask, command } from "../shared/socket.js";
import { byId, el, setText, smallButton } from "../shared/dom.js";
import { AWAY } from "../texts/shared.js";
import { connectStop, showAgreed } from "./agreedList.js";
import { onSubmit } from "../shared/submit.js";
import { redraw } from "../shared/redraw.js";
import { rowsAndPlaces, TilePlan } from "./tilePlan.js";
import { USER } from "./user.js";
import * as texts from "../texts/call.js";

/** @typedef {{ tile: CallTile | null, entry: RosterEntry | null }} Place what is chosen: a tile, or somebody on Zoom's list */

/** Of the line, for which the page has a place (call.css); what would be longer is told on the plan alone. */
const MOST_LETTERS = 170;

/** @type {CallView | null} */
let call = null;
/**
 * The number of a tile, or Zoom's of a participant.
 * @type {number | null}
 */
let chosen = null;
/**
 * The layout in which the tile was chosen.
 * @type {number | null}
 */
let chosenIn = null;
/**
 * Whether the plan is open; null before the first look at a call.
 * @type {boolean | null}
 */
let isOpen = null;
let answersKey = "";
/** @type {ShowProblem} */
let showProblem = () => undefined;

const answers = byId("who-answers");
const nameField = byId("who-name", HTMLInputElement);
const roster = byId("roster");
const plan = new TilePlan(byId("plan"), choose);

/** @param {number} number */
function choose(number) {
  [chosen, chosenIn] = [number, call?.layout ?? null];
  setText(byId("who-answer"), "");
  redraw();
}

/** @param {number} person */
const nameOf = (person) => (person === USER ? texts.YOU : (call?.people.find((each) => each.person === person)?.name ?? ""));

/** @returns {Place} */
function place() {
  return {
    tile: call?.by === "tiles" ? (call.tiles.find(({ tile }) => tile === chosen) ?? null) : null,
    entry: call?.by === "names" ? (call.roster.find(({ participant }) => participant === chosen) ?? null) : null,
  };
}

/**
 * Ask the server; its answer is a sentence where it refused.
 * @param {string} event
 * @param {object} value
 */
async function send(event, value) {
  const refused = await command(event, value);
  showProblem(refused);
  return refused === null;
}

/** @param {number} person */
function confirmAs(person) {
  const { tile, entry } = place();
  return send("confirm", { person, ...whereIs(tile, entry) });
}

/**
 * What is chosen, as the server knows it.
 * @param {CallTile | null} tile
 * @param {RosterEntry | null} entry
 */
const whereIs = (tile, entry) => (tile ? { layout: call?.layout, tile: tile.tile } : { participant: entry?.participant });

async function agree() {
  const how = byId("agree", HTMLFormElement).querySelector("input[name=how]:checked");
  const who = nameField.value.trim();
  const { tile, entry } = place();
  const { ok, error } = await ask("agreed", { who, how: how instanceof HTMLInputElement ? how.value : "", ...whereIs(tile, entry) });
  showProblem(ok ? null : (error ?? AWAY));
  if (!ok) return;
  nameField.value = "";
  setText(byId("agreed-answer"), "");
  setText(byId("who-answer"), texts.noted(who));
}

/**
 * Show how the call stands; null while there is none.
 * @param {CallView | null} newer
 */
export function showWhoAgreed(newer) {
  // Other people, another tile: what was chosen in the layout before may be somebody else's place now.
  if (newer === null || (newer.by === "tiles" && chosenIn !== null && newer.layout !== chosenIn)) [chosen, chosenIn] = [null, null];
  call = newer;
  if (call === null) {
    isOpen = null;
    setText(byId("agreed-answer"), "");
    return;
  }
  chosen ??= firstChoice(call);
  chosenIn ??= chosen === null ? null : call.layout;
  showLine(call);
  plan.place.hidden = call.by !== "tiles";
  roster.hidden = call.by !== "names";
  if (call.by === "tiles") plan.show(call, chosen, nameOf);
  else showRoster(call);
  setText(byId("plan-words"), emptyWords(call));
  showAnswers();
  showAgreed(call);
}

/**
 * A tile with a suggestion. Where somebody new agreed is never guessed: a name typed in haste would uncover somebody else.
 * @param {CallView} view
 */
const firstChoice = ({ tiles }) => tiles.find(({ person, suggested }) => person === null && suggested !== null)?.tile ?? null;

/** @param {CallView} view */
function emptyWords({ by, tiles, roster: entries }) {
  if (by === "tiles") return tiles.length ? "" : texts.NO_TILES;
  return entries.length ? "" : texts.NO_ROSTER;
}

/**
 * The line that is always there: how many are seen, and what the change of a layout asks for.
 * @param {CallView} view
 */
function showLine(view) {
  const suggestions = view.tiles.filter(({ person, suggested }) => person === null && suggested !== null);
  const seen = view.tiles.filter(({ person }) => person !== null).length;
  setText(byId("who-words"), lineWords(view, seen, suggestions.length));
  byId("all-suggested").hidden = suggestions.length === 0;
  // Open while nobody is known, and then until it is closed by hand.
  isOpen ??= view.people.length === 0;
  const open = isOpen;
  byId("who-more").hidden = !open;
  byId("who-open").setAttribute("aria-expanded", String(open));
  setText(byId("who-open"), open ? texts.CLOSE_PLAN : texts.OPEN_PLAN);
}

/**
 * @param {CallView} view
 * @param {number} seen tiles
 * @param {number} suggested tiles
 */
function lineWords({ by, told, people, roster: entries, tiles }, seen, suggested) {
  if (told) return told;
  if (by === "names") return texts.agreedOf(people.length, entries.length);
  if (suggested && !seen) return layoutWords(tiles);
  return people.length ? texts.seenAndCovered(seen, tiles.length - seen) : texts.NOBODY_AGREED;
}

/** @param {CallTile[]} tiles */
function layoutWords(tiles) {
  const words = texts.layoutChanged(suggestedWords(tiles));
  return words.length > MOST_LETTERS ? texts.layoutChanged([]) : words;
}

/**
 * Where each suggestion is, as one can find it in the call itself.
 * @param {CallTile[]} tiles
 */
function suggestedWords(tiles) {
  const places = rowsAndPlaces(tiles).filter(({ tile: { person, suggested } }) => person === null && suggested !== null);
  return places.map(({ tile: { suggested }, row, place: inRow }) => texts.suggestedAt(nameOf(suggested ?? USER), row, inRow));
}

/** @param {CallView} view */
function showRoster({ roster: entries }) {
  while (roster.children.length > entries.length) roster.lastElementChild?.remove();
  while (roster.children.length < entries.length) roster.append(el("li", {}, rosterButton()));
  for (const [order, { participant, name, video, person }] of entries.entries()) {
    const button = roster.children[order].children[0];
    const [words, detail] = button.children;
    if (button instanceof HTMLElement) Object.assign(button.dataset, { participant: String(participant), state: person === null ? "covered" : "seen" });
    button.setAttribute("aria-pressed", String(participant === chosen));
    setText(words, name);
    setText(detail, video ? rosterWords(person) : texts.VIDEO_OFF);
  }
}

/** @param {number | null} person */
const rosterWords = (person) => (person === null ? texts.COVERED : texts.AGREED);

function rosterButton() {
  const button = el("button", { type: "button", class: "roster-name" }, el("span", {}), el("span", { class: "soft" }));
  button.addEventListener("click", () => choose(Number(button.dataset.participant)));
  return button;
}

/** What may be said of what is chosen; the buttons are made anew only when they are others. */
function showAnswers() {
  const { tile, entry } = place();
  const none = call?.by === "names" ? texts.CHOOSE_NAME : texts.CHOOSE_TILE;
  setText(byId("who-title"), tile ? texts.tile(tile.tile) : (entry?.name ?? none));
  const person = (tile ?? entry)?.person ?? null;
  setText(byId("who-is"), isWords(tile, entry, person));
  byId("agree-new").hidden = person !== null || !(tile || entry);
  if (entry && person === null && nameField.dataset.participant !== String(entry.participant)) {
    nameField.value = entry.name;
    nameField.dataset.participant = String(entry.participant);
  }
  const free = tile ? unplaced() : [];
  const key = JSON.stringify([chosen, chosenIn, person, tile?.suggested ?? null, free.map(({ person: each, name }) => [each, name])]);
  if (key === answersKey) return;
  answersKey = key;
  answers.replaceChildren(...answerButtons(tile, entry, person, free));
}

/**
 * @param {CallTile | null} tile
 * @param {RosterEntry | null} entry
 * @param {number | null} person
 */
function isWords(tile, entry, person) {
  if (person !== null) return person === USER ? texts.THIS_IS_YOU : texts.tileIsOf(nameOf(person));
  return tile || entry ? texts.COVERED_UNTIL : "";
}

/** Those who agreed and are in no tile of this layout. */
function unplaced() {
  const placed = new Set(call?.tiles.map(({ person }) => person));
  return (call?.people ?? []).filter(({ person }) => person !== USER && !placed.has(person));
}

/**
 * @param {CallTile | null} tile
 * @param {RosterEntry | null} entry
 * @param {number | null} person
 * @param {CallPerson[]} free
 */
function answerButtons(tile, entry, person, free) {
  if (!tile) return entry && person === null ? [smallButton(texts.THIS_IS_ME, () => confirmAs(USER))] : [];
  if (person !== null) return [smallButton(texts.COVER_AGAIN, () => send("hide", { tile: tile.tile }))];
  const { suggested } = tile;
  const buttons = free.filter((each) => each.person !== suggested).map((each) => smallButton(texts.thisIs(each.name), () => confirmAs(each.person)));
  if (suggested !== USER) buttons.push(smallButton(texts.THIS_IS_ME, () => confirmAs(USER)));
  if (suggested === null) return buttons;
  const yes = suggested === USER ? texts.YES_ME : texts.yes(nameOf(suggested));
  return [smallButton(yes, () => confirmAs(suggested), { class: "btn btn-sm btn-primary" }), ...buttons];
}

/** @param {ShowProblem} show */
export function connectWhoAgreed(show) {
  showProblem = show;
  onSubmit(byId("agree", HTMLFormElement), agree);
  byId("who-open").addEventListener("click", () => {
    isOpen = byId("who-open").getAttribute("aria-expanded") !== "true";
    redraw();
  });
  byId("all-suggested").addEventListener("click", () => send("confirm_all", { layout: call?.layout }));
  byId("copy-words").addEventListener("click", copyWords);
  connectStop(async ({ person, name }) => {
    if (!(await send("revoke", { person }))) return;
    setText(byId("agreed-answer"), texts.stopped(name));
    redraw();
  });
}

async function copyWords() {
  const words = byId("chat-words").querySelector("p:not([hidden])")?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(words);
    setText(byId("copied"), texts.COPIED);
  } catch {
    setText(byId("copied"), texts.NOT_COPIED);
  }
}
