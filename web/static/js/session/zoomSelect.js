/** Choosing a stretch: by dragging over a ribbon, or by buttons for those who do not drag. */

import { byId, el } from "../shared/dom.js";

/** CSS pixels: a shorter movement is a click that slipped. */
const LEAST_PIXELS = 5;
/** Seconds: closer than this there is nothing more to see. */
const LEAST = 5;

/** Drag over a canvas that shows the time from `span()[0]` to `span()[1]`; double-click is `back`. */
export function choosable(canvas, span, choose, back) {
  const chosen = canvas.parentElement.appendChild(el("div", { class: "ribbon-chosen", hidden: "" }));
  let start = null;
  const inside = ({ clientX }) => Math.min(Math.max(clientX - canvas.getBoundingClientRect().left, 0), canvas.clientWidth);
  const moment = (x) => span()[0] + (x / canvas.clientWidth) * (span()[1] - span()[0]);
  const show = (one, other) => {
    chosen.hidden = false;
    Object.assign(chosen.style, {
      left: `${canvas.offsetLeft + Math.min(one, other)}px`,
      top: `${canvas.offsetTop}px`,
      width: `${Math.abs(one - other)}px`,
      height: `${canvas.clientHeight}px`,
    });
  };
  const end = () => {
    chosen.hidden = true;
    start = null;
  };
  canvas.classList.add("ribbon-choosable");
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = inside(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => start !== null && show(start, inside(event)));
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [one, other] = [start, inside(event)].sort((a, b) => a - b);
    end();
    if (other - one >= LEAST_PIXELS) choose(moment(one), moment(other));
  });
  canvas.addEventListener("dblclick", back);
}

/** What each button makes of a stretch. */
const STEPS = {
  "look-closer": ([from, to], wide) => [from + wide / 4, to - wide / 4],
  "look-wider": ([from, to], wide) => [from - wide / 2, to + wide / 2],
  "look-earlier": ([from, to], wide) => [from - wide / 2, to - wide / 2],
  "look-later": ([from, to], wide) => [from + wide / 2, to + wide / 2],
};

/** Buttons that move and change the stretch `span()` within `all()`. */
export function stepped(span, all, choose, back) {
  byId("look").hidden = false;
  for (const [id, step] of Object.entries(STEPS)) {
    byId(id).addEventListener("click", () => {
      const [from, to] = step(span(), span()[1] - span()[0]);
      if (to - from >= all()[1] - all()[0]) return back();
      choose(...within([from, to], all()));
    });
  }
  byId("look-back").addEventListener("click", back);
}

/** The stretch, at least so wide and moved to where something was watched. */
export function within([from, to], [begin, end]) {
  const wide = Math.min(Math.max(to - from, LEAST), end - begin);
  const first = Math.min(Math.max((from + to - wide) / 2, begin), end - wide);
  return [first, first + wide];
}
