/** The list of sessions: each with its ribbon, fetched when it comes into sight, and its share bar. */

import { cellsOf, LARGEST } from "../timeline/segments.js";
import "../shared/eraseDialog.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { drawRibbon } from "../timeline/ribbon.js";
import { rowsOf } from "./storedRows.js";

/** Rows a ribbon is made of: about one for each pixel. */
const POINTS = 600;
const drawn = new Map();

for (const part of document.querySelectorAll(".share-bar > span")) part.style.flexGrow = part.dataset.share;

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) show(target);
});
for (const article of document.querySelectorAll("[data-session]")) seen.observe(article);

async function show(article) {
  seen.unobserve(article);
  const { rows, hz } = await rowsOf(article.dataset.session, { points: POINTS, brief: true });
  if (rows.length) drawn.set(article.querySelector("canvas"), cellsOf(rows, LARGEST, hz));
  redraw();
}

onRedraw(() => {
  for (const [canvas, cells] of drawn) drawRibbon(canvas, cells, cells[0].from, cells.at(-1).to);
});
