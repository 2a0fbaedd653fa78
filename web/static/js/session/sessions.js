/** Sessions in a list or beside each other: each with its trend in small, fetched when it comes into sight, and its share bar. */

import "./keepSession.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { findById } from "../shared/dom.js";
import { SmallTrend } from "../timeline/smallTrend.js";

/** @type {SmallTrend[]} */
const trends = [];

for (const part of document.querySelectorAll(".share-bar > span")) {
  if (part instanceof HTMLElement) part.style.flexGrow = part.dataset.share ?? "";
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting && target instanceof HTMLElement) show(target);
});
for (const article of document.querySelectorAll("[data-session]")) seen.observe(article);

/** @param {HTMLElement} article */
function show(article) {
  seen.unobserve(article);
  const place = article.querySelector(".small-trend");
  if (place instanceof HTMLElement) trends.push(new SmallTrend(place, { stored: article.dataset.session }));
  redraw();
}

onRedraw(() => {
  for (const trend of trends) trend.update();
});

const sort = findById("sort", HTMLSelectElement);
sort?.addEventListener("change", () => sort.form?.requestSubmit());
