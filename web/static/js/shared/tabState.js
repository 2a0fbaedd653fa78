/** The tab's title and icon say how things stand: the expression that lasts, or that Mien is paused. */

/** @import { LiveRow, State } from "./records.js" */

import { ADJECTIVES, UNCLEAR } from "./constants.js";
import { emojiAddress } from "./format.js";
import { onState, state } from "./state.js";
import { socket } from "./socket.js";
import { TAB_STATES } from "../texts/shared.js";

/** Seconds that an expression is shown before the tab names it, so that the tab stands still. */
const MIN_DURATION = 3;

const icon = document.querySelector("link[rel=icon]");
const usualIcon = icon?.getAttribute("href") ?? "";
const { pausedIcon = usualIcon } = icon instanceof HTMLElement ? icon.dataset : {};
let pageTitle = document.title;
/** @type {string | null} */
let named = null;
/** @type {{ expression: string | null, since: number }} */
let shown = { expression: null, since: 0 };

/**
 * Of the page that the tab shows; how things stand goes before it.
 * @param {string} title
 */
export function setPageTitle(title) {
  pageTitle = title;
  update(state());
}

const ICON_TONES = ["paused", "lost", "away"];

/** @param {State} now */
function update(now) {
  if (now.kind !== "watching") named = null;
  const words = named === null ? TAB_STATES[now.kind] : capitalized(ADJECTIVES[named] ?? named);
  const title = words ? `${words} · ${pageTitle}` : pageTitle;
  if (document.title !== title) document.title = title;
  setIcon(iconOf(now));
}

/** @param {State} now */
function iconOf({ kind }) {
  if (ICON_TONES.includes(kind)) return pausedIcon;
  return named === null ? usualIcon : emojiAddress(named);
}

/** @param {string} address */
function setIcon(address) {
  if (icon && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}

/** @param {string} word */
const capitalized = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * The expression of the only face, once it lasts; what is unclear changes nothing, and of several faces none is named.
 * @param {LiveRow} row
 */
function onObservation({ t, faces }) {
  const expression = faces.length === 1 ? faces[0].expression : null;
  if (expression === UNCLEAR) return;
  if (expression !== shown.expression || t < shown.since) shown = { expression, since: t };
  if (expression === named || t - shown.since < MIN_DURATION) return;
  named = expression;
  update(state());
}

// A page that is shown inside another one has no tab of its own.
if (!window.frameElement) {
  onState(update);
  socket.on("observation", onObservation);
}
