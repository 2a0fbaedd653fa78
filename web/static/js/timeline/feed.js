/** Asks the server for a drawing whenever something else is to be shown, one request at a time and not too often. */

/** @import { Query } from "../shared/api.js" */
/** @import { Answer } from "../shared/records.js" */

import { get, withQuery } from "../shared/api.js";
import { redraw } from "../shared/redraw.js";

export class Feed {
  #asked = "";
  #version = -1;
  #isBusy = false;
  #last = -Infinity;
  #isWaiting = false;

  /**
   * @param {number} pause milliseconds between two requests for the same part; for another part there is none
   * @param {(answer: Answer) => void} use
   */
  constructor(pause, use) {
    this.pause = pause;
    this.use = use;
  }

  /**
   * @param {string} address
   * @param {Query} query
   * @param {number} version of what lies at the address: another one is worth another request
   */
  async update(address, query, version) {
    const wanted = withQuery(address, query);
    if (this.#isBusy || (wanted === this.#asked && version === this.#version)) return;
    const left = wanted === this.#asked ? this.#last + this.pause - performance.now() : 0;
    if (left > 0) {
      if (!this.#isWaiting) setTimeout(() => this.#again(), left);
      this.#isWaiting = true;
      return;
    }
    this.#isBusy = true;
    const answer = await get(address, query);
    this.#isBusy = false;
    [this.#asked, this.#version, this.#last] = [wanted, version, performance.now()];
    // A server that is gone is told by the live connection.
    if (!answer.error) this.use(answer);
    redraw();
  }

  #again() {
    this.#isWaiting = false;
    redraw();
  }
}
