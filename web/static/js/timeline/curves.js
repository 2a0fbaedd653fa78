/** Seven curves over the session, opened on demand: smoothed lines, and the single observations behind them. */

/** @import { Reading, Row } from "../shared/records.js" */
/** @import { FaceChoice } from "./segments.js" */
/** @import { AlignedData, Cursor, Options, Series } from "uplot" */

import { chosenFace, sampling } from "./segments.js";
import { DASHES, EXPRESSIONS } from "../shared/constants.js";
import { formatMoment, fromAxis, hasClock, toAxis } from "../shared/sessionTime.js";
import { formatPercent, themeColour } from "../shared/format.js";
import uPlot from "/static/vendor/uPlot.esm.js";

/** CSS pixels. */
const HEIGHT = 260;
const MIN_DRAG = 5;
/** Of the page's text size, which the person chooses. */
const AXIS_TEXT = 0.75;
const SVG = "http://www.w3.org/2000/svg";
/** @type {Cursor} */
const CURSOR = { points: { show: false } };

/** @typedef {{ select: (from: number, to: number) => void, reset: () => void }} RangeHandlers seconds of the session */

export class Curves {
  /** @type {uPlot | null} */
  #plot = null;
  /**
   * First and last value of the time axis that was drawn.
   * @type {[number, number] | null}
   */
  #drawn = null;
  /**
   * What dragging and double-clicking do, where it is more than zooming what is there.
   * @type {RangeHandlers | null}
   */
  #handlers = null;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  /** Draw anew, in the theme that holds and with or without the single observations. */
  reset() {
    this.#plot?.destroy();
    [this.#plot, this.#drawn] = [null, null];
  }

  /**
   * Dragging asks for a part of the session, double-clicking for all: drawn when it comes.
   * @param {RangeHandlers} handlers
   */
  onSelection(handlers) {
    this.#handlers = handlers;
    this.reset();
  }

  /**
   * @param {Row[]} rows
   * @param {FaceChoice} choice
   * @param {number} hz
   * @param {boolean} withSingle whether the single observations are drawn behind
   */
  show(rows, choice, hz, withSingle) {
    const data = columnsOf(rows, choice, hz, withSingle);
    const width = this.place.clientWidth;
    this.#plot ??= this.#newPlot(width, withSingle, data);
    const plot = this.#plot;
    if (plot.width !== width) plot.setSize({ width, height: HEIGHT });
    // A person who has zoomed in stays there.
    const { min = -Infinity, max = Infinity } = plot.scales.x;
    const isZoomed = this.#drawn !== null && (min > this.#drawn[0] || max < this.#drawn[1]);
    plot.setData(data, !isZoomed);
    if (isZoomed) plot.redraw();
    this.#drawn = [data[0][0], data[0][data[0].length - 1]];
  }

  /**
   * @param {number} width
   * @param {boolean} withSingle
   * @param {AlignedData} data
   */
  #newPlot(width, withSingle, data) {
    const plot = new uPlot({ ...optionsOf(width, withSingle), ...(this.#handlers && selectionOptions(this.#handlers)) }, data, this.place);
    const markers = [...plot.root.querySelectorAll(".u-series:not(.behind) .u-marker")].slice(-EXPRESSIONS.length);
    markers.forEach((marker, place) => marker.replaceChildren(legendLine(EXPRESSIONS[place])));
    return plot;
  }
}

/**
 * uPlot's options for curves that ask instead of zooming.
 * @param {RangeHandlers} handlers
 * @returns {Partial<Options>}
 */
function selectionOptions({ select, reset }) {
  const nothing = { left: 0, top: 0, width: 0, height: 0 };
  const onSelect = (/** @type {uPlot} */ plot) => {
    const { left, width } = plot.select;
    if (width === 0) return;
    plot.setSelect(nothing, false);
    select(fromAxis(plot.posToVal(left, "x")), fromAxis(plot.posToVal(left + width, "x")));
  };
  const onDoubleClick = () => {
    reset();
    return null;
  };
  const drag = { x: true, y: false, setScale: false, dist: MIN_DRAG };
  return { cursor: { ...CURSOR, drag, bind: { dblclick: () => onDoubleClick } }, hooks: { setSelect: [onSelect] } };
}

/**
 * uPlot's columns: time, then each expression's values; null where nobody was seen or nothing watched.
 * @param {Row[]} rows
 * @param {FaceChoice} choice
 * @param {number} hz
 * @param {boolean} withSingle
 * @returns {AlignedData}
 */
function columnsOf(rows, choice, hz, withSingle) {
  /** @type {("scores" | "smooth")[]} */
  const kinds = withSingle ? ["scores", "smooth"] : ["smooth"];
  /** @type {number[]} */
  const times = [];
  /** @type {(number | null)[][]} */
  const values = Array.from({ length: kinds.length * EXPRESSIONS.length }, () => []);
  const append = (/** @type {number} */ t, /** @type {Reading | undefined} */ face) => {
    times.push(toAxis(t));
    kinds.forEach((kind, block) => {
      EXPRESSIONS.forEach((name, place) => {
        values[block * EXPRESSIONS.length + place].push(face?.quality.ok ? (face[kind]?.[name] ?? null) : null);
      });
    });
  };
  const { interval, gap } = sampling(rows, hz);
  rows.forEach((row, place) => {
    append(row.t, chosenFace(row, choice));
    const next = rows[place + 1];
    if (next && next.t - row.t > gap) append(row.t + interval, undefined);
  });
  return [times, ...values];
}

/**
 * @param {number} width CSS pixels
 * @param {boolean} withSingle
 * @returns {Options}
 */
function optionsOf(width, withSingle) {
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  const letter = AXIS_TEXT * parseFloat(fontSize);
  const lines = { stroke: themeColour("line"), width: 1 };
  const axis = { font: `${letter}px ${fontFamily}`, stroke: themeColour("soft"), grid: lines, ticks: lines };
  // Ticks less than a minute apart need their seconds.
  const times = (/** @type {uPlot} */ _plot, /** @type {number[]} */ ticks, /** @type {number} */ _axis, /** @type {number} */ _space, /** @type {number} */ apart) =>
    ticks.map((tick) => formatMoment(fromAxis(tick), apart < 60));
  const percents = (/** @type {uPlot} */ _plot, /** @type {number[]} */ ticks) => ticks.map(formatPercent);
  const behind = withSingle ? EXPRESSIONS.map((name) => seriesOf(`${name}, single`, { class: "behind", stroke: themeColour("edge"), width: 0.5 })) : [];
  const front = EXPRESSIONS.map((name) => seriesOf(name, { stroke: themeColour(name), width: 2, dash: DASHES[name] }));
  return {
    width,
    height: HEIGHT,
    scales: { y: { range: [0, 1] } },
    // A recording's own time begins at midnight nowhere.
    ...(!hasClock() && { tzDate: (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC") }),
    axes: [{ ...axis, values: times, space: 6.7 * letter, size: 3.2 * letter }, { ...axis, values: percents, size: 4.7 * letter }],
    series: [{ label: "time", value: (_, moment) => (moment === null ? "–" : formatMoment(fromAxis(moment), true)) }, ...behind, ...front],
    cursor: CURSOR,
  };
}

/**
 * @param {string} label
 * @param {Partial<Series>} look
 * @returns {Series}
 */
const seriesOf = (label, look) => ({
  label,
  ...look,
  spanGaps: false,
  points: { show: false },
  value: (_, value) => (value === null ? "–" : formatPercent(value)),
});

/**
 * A line of the key, in an expression's colour and dash.
 * @param {string} expression
 */
function legendLine(expression) {
  const picture = document.createElementNS(SVG, "svg");
  const line = picture.appendChild(document.createElementNS(SVG, "line"));
  const looks = { x1: 0, x2: 32, y1: 5, y2: 5, stroke: themeColour(expression), "stroke-width": 3, "stroke-dasharray": DASHES[expression].join(" ") };
  for (const [name, value] of Object.entries(looks)) line.setAttribute(name, String(value));
  return picture;
}
