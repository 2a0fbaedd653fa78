/** One stored session: its timeline as it was seen live, closer on demand, its title and notes. */

import { bareWords } from "./gapWords.js";
import { choosable, stepped, within } from "./zoomSelect.js";
import { byId, el, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";
import { fillPart, offerPart } from "./partialErase.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { beginAt } from "../shared/sessionTime.js";
import { rowsOf } from "./storedRows.js";
import { choosableCurves, showTimeline } from "../timeline/timeline.js";
import { keepTyped } from "../shared/autosave.js";

/** More than a screen has pixels. */
const POINTS = 4000;
const { session, faces, began, figures } = byId("session").dataset;
let stored = { rows: [], hz: 1, gaps: [] };
/** A stretch looked at closely, {from, to, rows, hz, every}, or null. */
let closer = null;
let asked = 0;

beginAt(began);

keepTyped(byId("about"), keepAbout);
byId("about").addEventListener("submit", (event) => {
  event.preventDefault();
  keepAbout();
});

onRedraw(() => showTimeline(stored.rows, stored.hz, faces === "all", JSON.parse(figures), closer));
stored = await rowsOf(session, { points: POINTS });
redraw();

const all = () => [stored.rows[0].t, stored.rows.at(-1).t + 1 / stored.hz];
const shown = () => (closer ? [closer.from, closer.to] : all());

/** Fetch a stretch, in seconds of the session, as exactly as a screen can show it. */
async function look(one, other) {
  const mine = ++asked;
  const [from, to] = within([one, other], all());
  const found = await rowsOf(session, { points: POINTS, from, to });
  // A later wish has overtaken it, or nothing came.
  if (mine !== asked || found.rows.length === 0) return;
  closer = { from, to, ...found };
  fillPart(shown());
  redraw();
}

function back() {
  asked += 1;
  closer = null;
  fillPart(shown());
  redraw();
}

if (stored.rows.length) {
  const bare = bareWords(stored.gaps);
  if (bare) byId("legend").after(el("p", { class: "soft", id: "bare" }, bare));
  choosable(byId("whole"), all, look, back);
  choosable(byId("minute"), () => (closer ? shown() : [all()[1] - 60, all()[1]]), look, back);
  choosableCurves(look, back);
  stepped(shown, all, look, back);
  offerPart(session);
  fillPart(shown());
}

/** Title and notes; on its way even when the page is left meanwhile. */
async function keepAbout() {
  try {
    const form = new URLSearchParams(new FormData(byId("about")));
    const answer = await fetch(`/api/sessions/${session}`, { method: "POST", body: form, keepalive: true });
    const { error, name } = await answer.json();
    say(byId("about-words"), error ?? "Saved.");
    if (!error) say(byId("name"), name);
  } catch {
    say(byId("about-words"), AWAY);
  }
}
