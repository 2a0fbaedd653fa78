/** Trends of several sessions under each other, on one scale of hours; each is drawn as wide as there is room for it. */

import { onRedraw, redraw } from "../shared/redraw.js";
import { putDrawing, unitsWide } from "../timeline/drawing.js";
import { Feed } from "../timeline/feed.js";

/** Units of the drawing, which the style sheet has in rem. */
const HEIGHT = 56;

for (const place of document.querySelectorAll(".session-trend")) if (place instanceof HTMLElement) draw(place);

/** @param {HTMLElement} place */
function draw(place) {
  const { session, begin, seconds } = place.dataset;
  const feed = new Feed(0, ({ svg }) => putDrawing(place, svg));
  // Tells also the first width, when there is one.
  new ResizeObserver(redraw).observe(place);
  onRedraw(() => {
    if (place.clientWidth === 0) return;
    const part = { from: Number(begin), to: Number(begin) + Number(seconds) };
    feed.update(`/api/sessions/${session}/trend`, { bare: "yes", ...part, width: unitsWide(place), height: HEIGHT }, 0);
  });
}
