/** The call's tiles as a plan: numbered rectangles where the tiles are, and nobody's picture. */

/** @import { CallTile, CallView } from "../shared/records.js" */

import { el, setText } from "../shared/dom.js";
import * as texts from "../texts/call.js";

/** Tiles whose upper edges differ by less than this share of their height stand in one row. */
const SAME_ROW = 0.5;

/**
 * @param {CallTile} one
 * @param {CallTile} other
 */
const isSameRow = ({ box: one }, { box: other }) => Math.abs(one[1] - other[1]) < SAME_ROW * Math.min(one[3], other[3]);

/**
 * The tiles row by row, as one reads.
 * @param {CallTile[]} tiles
 */
export const readingOrder = (tiles) => tiles.toSorted((one, other) => (isSameRow(one, other) ? one.box[0] - other.box[0] : one.box[1] - other.box[1]));

/**
 * In which row each tile is, and at which place of it, both from 1; in reading order.
 * @param {CallTile[]} tiles
 */
export function rowsAndPlaces(tiles) {
  let [row, place] = [1, 0];
  return readingOrder(tiles).map((tile, index, ordered) => {
    const isNextRow = index > 0 && !isSameRow(ordered[index - 1], tile);
    [row, place] = isNextRow ? [row + 1, 1] : [row, place + 1];
    return { tile, row, place };
  });
}

/**
 * Where a tile lies in the plan, in percent.
 * @param {CallTile} tile
 * @param {[number, number]} size of the frame
 */
export function placeOf({ box: [x, y, width, height] }, [across, down]) {
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  return { left: percent(x, across), top: percent(y, down), width: percent(width, across), height: percent(height, down) };
}

/**
 * Who is in a tile, or who was before, in words.
 * @param {CallTile} tile
 * @param {(person: number) => string} nameOf
 */
export function tileWords({ person, suggested }, nameOf) {
  if (person !== null) return nameOf(person);
  return suggested === null ? texts.COVERED : texts.wasBefore(nameOf(suggested));
}

export class TilePlan {
  /** @type {Map<number, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {HTMLElement} place
   * @param {(tile: number) => void} choose
   */
  constructor(place, choose) {
    this.place = place;
    this.choose = choose;
  }

  /**
   * @param {CallView} call
   * @param {number | null} chosen
   * @param {(person: number) => string} nameOf
   */
  show({ tiles, size }, chosen, nameOf) {
    const gone = [...this.#buttons].filter(([number]) => !tiles.some(({ tile }) => tile === number));
    for (const [tile, button] of gone) {
      button.remove();
      this.#buttons.delete(tile);
    }
    if (size === null) return;
    this.place.style.aspectRatio = size.join("/");
    for (const [order, tile] of readingOrder(tiles).entries()) {
      const button = this.#buttons.get(tile.tile) ?? this.#add(tile.tile);
      const words = tileWords(tile, nameOf);
      if (this.place.children[order] !== button) this.place.insertBefore(button, this.place.children[order] ?? null);
      Object.assign(button.style, placeOf(tile, size));
      button.dataset.state = stateOf(tile);
      button.setAttribute("aria-pressed", String(tile.tile === chosen));
      button.setAttribute("aria-label", texts.tileIs(tile.tile, words));
      const [number, name] = button.children;
      setText(number, String(tile.tile));
      setText(name, words);
    }
  }

  /** @param {number} tile */
  #add(tile) {
    const button = el("button", { type: "button", class: "tile" }, el("span", { class: "tile-number" }), el("span", { class: "tile-name" }));
    button.addEventListener("click", () => this.choose(tile));
    this.#buttons.set(tile, button);
    return button;
  }
}

/** @param {CallTile} tile */
function stateOf({ person, suggested }) {
  if (person !== null) return "seen";
  return suggested === null ? "covered" : "suggested";
}
