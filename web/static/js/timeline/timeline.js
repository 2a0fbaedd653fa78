/** The timeline: the last minute, the whole session, what it was made of, and the curves. */

import { cellsOf, LARGEST, shares } from "./segments.js";
import { Curves } from "./curves.js";
import { byId, el, say } from "../shared/dom.js";
import { bandWords, drawBand, showBandKey } from "./restingBand.js";
import { drawMarks, markWords } from "./markers.js";
import { redraw } from "../shared/redraw.js";
import { drawFrame, drawRibbon } from "./ribbon.js";
import { timeOf } from "../shared/sessionTime.js";
import { emojiImage, EXPRESSIONS, NOBODY, number, percent, UNCLEAR } from "../shared/format.js";

const MINUTE = 60;
const curves = new Curves(byId("plot"));
let whose = LARGEST;

byId("whose").addEventListener("change", ({ target }) => {
  whose = target.value === LARGEST ? LARGEST : Number(target.value);
  redraw();
});
byId("curves").addEventListener("toggle", redraw);
for (const [target, event] of [[byId("raw"), "change"], [window, "themechange"]]) {
  target.addEventListener(event, () => {
    curves.reset();
    redraw();
  });
}

/** Drag over the curves, once they are drawn, and double-click. */
export const choosableCurves = (choose, back) => curves.choosable(choose, back);

/**
 * Nothing before the first row; `hz` tells a gap from the usual pause. figures: of the whole session, as the server counts them.
 * Moments are seconds of the session. closer: {from, to, rows, hz, every} stands in the place of the last minute and in the curves.
 */
export function showTimeline(rows, hz, everybody, figures, closer = null) {
  const hidden = rows.length === 0 || !figures;
  byId("timeline").hidden = hidden;
  if (hidden) return curves.reset();
  offerFaces(rows, everybody);
  say(byId("count"), figures.counted);
  const cells = cellsOf(rows, whose, hz);
  if (closer) showCloser(closer);
  else showMinute(cells, rows);
  showWhole(cells, closer);
  showFigures(figures, cells);
  const near = closer ?? { rows, hz };
  if (byId("curves").open) curves.show(near.rows, whose, near.hz, byId("raw").checked);
}

function showMinute(cells, rows) {
  const to = cells.at(-1).to;
  const first = cells.findIndex((cell) => cell.to > to - MINUTE);
  showNear("Last minute", cells.slice(first), rows.slice(first), to - MINUTE, to);
}

function showCloser({ from, to, rows, hz, every, total }) {
  const exact = every === 1 ? "every one of" : `one in ${every} of`;
  showNear(`Looked at closely: ${exact} ${number(total)} observations`, cellsOf(rows, whose, hz), rows, from, to, every > 1);
}

function showNear(title, cells, rows, from, to, thinned = false) {
  say(byId("minute-title"), title);
  drawRibbon(byId("minute"), cells, from, to, { signs: true });
  drawBand(byId("minute"), from, to);
  drawMarks(byId("minute"), from, to);
  say(byId("minute-from"), timeOf(from, true));
  say(byId("minute-to"), timeOf(to, true));
  say(byId("minute-words"), `${thinned ? "About: " : ""}${sentence(rows)}` + markWords(from, to) + bandWords(from, to));
}

function showWhole(cells, closer) {
  const [from, to] = [cells[0].from, cells.at(-1).to];
  drawRibbon(byId("whole"), cells, from, to);
  drawBand(byId("whole"), from, to);
  drawMarks(byId("whole"), from, to);
  if (closer) drawFrame(byId("whole"), closer.from, closer.to, from, to);
  showBandKey(from, to);
  const short = to - from < 10 * MINUTE;
  say(byId("whole-from"), timeOf(from, short));
  say(byId("whole-middle"), short ? "" : timeOf((from + to) / 2));
  say(byId("whole-to"), timeOf(to, short));
}

/** What a stretch was made of, in words, each share with what it is a share of. */
function sentence(rows) {
  const told = shares(rows, whose).map(([what, share]) => `${what} ${percent(share)}`).join(", ");
  const nobody = rows.filter(({ faces }) => faces.length === 0).length / rows.length;
  const rest = nobody ? `${told && " "}Nobody there: ${percent(nobody)} of the observations.` : "";
  return (told && `${told}.`) + rest || `Face ${whose} was not there.`;
}

const entries = new Map();

/** The session in numbers: the key to the colours tells the share of each in the readings, a line below of how many, and the rest. */
function showFigures(figures, cells) {
  const [from, to] = [cells[0].from, cells.at(-1).to];
  const { shares: told, of, words } = (whose === LARGEST ? null : figures.faces[whose]) ?? figures.all;
  for (const what of [...EXPRESSIONS, UNCLEAR, NOBODY]) {
    if (!entries.has(what)) entries.set(what, byId("legend").appendChild(legendEntry(what)));
    say(entries.get(what).lastChild, what === NOBODY ? "" : (told[what] ?? "–"));
  }
  say(byId("legend-of"), `${of && `Shares of ${of}. `}${figures.beside}`);
  say(byId("whole-words"), `${words} ${figures.beside}`.trim() + markWords(from, to) + bandWords(from, to));
}

function legendEntry(what) {
  const swatch = el("span", { class: "swatch", "data-expression": what, "aria-hidden": "true" });
  if (what === UNCLEAR) swatch.classList.add("swatch-unclear");
  if (what === NOBODY) swatch.classList.add("swatch-nobody");
  const emoji = what === NOBODY ? null : emojiImage(what);
  return el("li", {}, swatch, emoji, el("span", {}, what), el("span", { class: "legend-share" }));
}

let offered = "";

/** With several faces a person chooses whose timeline it is. */
function offerFaces(rows, everybody) {
  const ids = [...new Set(rows.flatMap((row) => row.faces.map(({ id }) => id)))].sort((one, other) => one - other);
  byId("whose-choice").hidden = !everybody || ids.length < 2;
  if (ids.join() === offered) return;
  offered = ids.join();
  if (!ids.includes(whose)) whose = LARGEST;
  const options = ids.map((id) => el("option", { value: id }, `face ${id}`));
  byId("whose").replaceChildren(el("option", { value: LARGEST }, "the largest face"), ...options);
  byId("whose").value = whose;
}
