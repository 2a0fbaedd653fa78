/** One stored session: its timeline as it was seen live, its title and notes. */

import { byId, say } from "./dom.js";
import "./eraser.js";
import { AWAY } from "./link.js";
import { onRedraw, redraw } from "./redraw.js";
import { rowsOf } from "./stored.js";
import { showTimeline } from "./timeline.js";

/** More than a screen has pixels, so that a first look closer needs no second answer. */
const POINTS = 4000;
const { session, faces } = byId("session").dataset;
let stored = { rows: [], hz: 1 };

onRedraw(() => showTimeline(stored.rows, stored.hz, faces === "all"));
stored = await rowsOf(session, { points: POINTS });
redraw();

byId("about").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(`/api/sessions/${session}`, { method: "POST", body: new FormData(byId("about")) });
    const { error, name } = await answer.json();
    say(byId("about-words"), error ?? "Saved.");
    if (!error) say(byId("name"), name);
  } catch {
    say(byId("about-words"), AWAY);
  }
});
