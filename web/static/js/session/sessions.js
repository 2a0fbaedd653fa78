/** Sessions in a list or beside each other: each with its ribbon, fetched when it comes into sight, and its share bar. */

/** @import { Segment } from "../timeline/segments.js" */

import "./keepSession.js";
import { LARGEST, segmentsOf } from "../timeline/segments.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { drawRibbon } from "../timeline/ribbon.js";
import { fetchRows } from "./storedRows.js";
import { findById } from "../shared/dom.js";

/** Rows that a ribbon is made of: about one for each pixel. */
const MAX_ROWS = 600;
/** @type {Map<HTMLCanvasElement, Segment[]>} */
const ribbons = new Map();

for (const part of document.querySelectorAll(".share-bar > span")) {
  if (part instanceof HTMLElement) part.style.flexGrow = part.dataset.share ?? "";
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting && target instanceof HTMLElement) show(target);
});
for (const article of document.querySelectorAll("[data-session]")) seen.observe(article);

/** @param {HTMLElement} article */
async function show(article) {
  seen.unobserve(article);
  const { rows, hz } = await fetchRows(article.dataset.session ?? "", { points: MAX_ROWS, brief: true });
  const canvas = article.querySelector("canvas");
  if (rows.length && canvas) ribbons.set(canvas, segmentsOf(rows, LARGEST, hz));
  redraw();
}

onRedraw(() => {
  for (const [canvas, segments] of ribbons) drawRibbon(canvas, segments, segments[0].from, segments[segments.length - 1].to);
});

const sort = findById("sort", HTMLSelectElement);
sort?.addEventListener("change", () => sort.form?.requestSubmit());
