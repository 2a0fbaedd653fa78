/** Seven curves over the session, opened on demand: smoothed lines, and the single observations behind them. */

import uPlot from "../../vendor/uPlot.esm.js";
import { faceOf, rhythm } from "./segments.js";
import { byTheClock, offAxis, onAxis, timeOf } from "../shared/sessionTime.js";
import { colour, DASHES, EXPRESSIONS, percent } from "../shared/format.js";

const HEIGHT = 260;
/** Of the page's text size, which the person chooses. */
const AXIS_LETTERS = 0.75;
const SVG = "http://www.w3.org/2000/svg";
const CURSOR = { points: { show: false } };

export class Curves {
  #plot = null;
  /** First and last moment of what was drawn. */
  #all = null;
  /** What dragging and double-clicking do, where it is more than zooming what is there. */
  #handlers = null;

  constructor(place) {
    this.place = place;
  }

  /** Draw anew, in the theme that holds and with or without the single observations. */
  reset() {
    this.#plot?.destroy();
    this.#plot = this.#all = null;
  }

  /** Dragging asks for a stretch, double-clicking for all: drawn when it comes. */
  choosable(choose, back) {
    this.#handlers = { choose, back };
    this.reset();
  }

  show(rows, whose, hz, raw) {
    const data = columns(rows, whose, hz, raw);
    const width = this.place.clientWidth;
    this.#plot ??= this.#drawn(width, raw, data);
    if (this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
    // A person who looks closer at a stretch keeps looking at it.
    this.#plot.setData(data, !this.#isZoomed());
    if (this.#isZoomed()) this.#plot.redraw();
    this.#all = [data[0][0], data[0].at(-1)];
  }

  #drawn(width, raw, data) {
    const plot = new uPlot({ ...options(width, raw), ...(this.#handlers && asking(this.#handlers)) }, data, this.place);
    const markers = [...plot.root.querySelectorAll(".u-series:not(.behind) .u-marker")].slice(-EXPRESSIONS.length);
    markers.forEach((marker, place) => marker.replaceChildren(dashed(colour(EXPRESSIONS[place]), DASHES[place])));
    return plot;
  }

  #isZoomed() {
    const { min, max } = this.#plot.scales.x;
    return this.#all !== null && (min > this.#all[0] || max < this.#all[1]);
  }
}

/** uPlot's options for curves that ask instead of zooming. */
function asking({ choose, back }) {
  const none = { left: 0, top: 0, width: 0, height: 0 };
  const chosen = (plot) => {
    const { left, width } = plot.select;
    if (width === 0) return;
    plot.setSelect(none, false);
    choose(...[left, left + width].map((x) => offAxis(plot.posToVal(x, "x"))));
  };
  const cursor = { ...CURSOR, drag: { x: true, y: false, setScale: false, dist: 5 }, bind: { dblclick: () => () => back() } };
  return { cursor, hooks: { setSelect: [chosen] } };
}

/** uPlot's columns: time, then each expression's values; null where nobody was seen or nothing watched. */
function columns(rows, whose, hz, raw) {
  const kinds = raw ? ["scores", "smooth"] : ["smooth"];
  const data = Array.from({ length: 1 + kinds.length * EXPRESSIONS.length }, () => []);
  const { usual, patience } = rhythm(rows, hz);
  rows.forEach((row, place) => {
    append(data, row.t, kinds, faceOf(row, whose));
    const next = rows[place + 1];
    if (next && next.t - row.t > patience) append(data, row.t + usual, kinds, undefined);
  });
  return data;
}

function append(data, t, kinds, face) {
  data[0].push(onAxis(t));
  kinds.forEach((kind, block) => {
    EXPRESSIONS.forEach((name, place) => {
      data[1 + block * EXPRESSIONS.length + place].push(face?.quality.ok ? face[kind][name] : null);
    });
  });
}

function options(width, raw) {
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  const letter = AXIS_LETTERS * parseFloat(fontSize);
  const axis = { font: `${letter}px ${fontFamily}`, stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } };
  const behind = raw ? EXPRESSIONS.map((name) => line(`${name}, single`, { class: "behind", stroke: colour("edge"), width: 0.5 })) : [];
  const front = EXPRESSIONS.map((name, place) => line(name, { stroke: colour(name), width: 2, dash: DASHES[place] }));
  return {
    width,
    height: HEIGHT,
    scales: { y: { range: [0, 1] } },
    // A recording's own time begins at midnight nowhere.
    ...(!byTheClock() && { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC") }),
    axes: [{ ...axis, values: clockTimes, space: 6.7 * letter, size: 3.2 * letter }, { ...axis, values: (_, ticks) => ticks.map(percent), size: 4.7 * letter }],
    series: [{ label: "time", value: (_, moment) => (moment === null ? "–" : timeOf(offAxis(moment), true)) }, ...behind, ...front],
    cursor: CURSOR,
  };
}

/** Ticks less than a minute apart need their seconds. */
const clockTimes = (_plot, ticks, _axis, _space, apart) => ticks.map((tick) => timeOf(offAxis(tick), apart < 60));

/** A line of the key, in its colour and dash. */
function dashed(stroke, dash) {
  const picture = document.createElementNS(SVG, "svg");
  const line = picture.appendChild(document.createElementNS(SVG, "line"));
  const looks = { x1: 0, x2: 32, y1: 5, y2: 5, stroke, "stroke-width": 3, "stroke-dasharray": dash.join(" ") };
  for (const [name, value] of Object.entries(looks)) line.setAttribute(name, value);
  return picture;
}

const line = (label, look) => ({
  label,
  ...look,
  spanGaps: false,
  points: { show: false },
  value: (_, value) => (value === null ? "–" : percent(value)),
});
