/** A switch whose state the server tells: from a click until the server says the same, it shows what was asked for. */

const TOLD_WITHIN = 2000;

export class ToldSwitch {
  /** @type {{ on: boolean } | null} what was asked for and is not told yet */
  #asked = null;

  /**
   * @param {HTMLInputElement} control
   * @param {(on: boolean) => Promise<string | null>} ask the answer is a sentence if it failed
   */
  constructor(control, ask) {
    this.control = control;
    control.addEventListener("change", async () => {
      const asked = { on: control.checked };
      this.#asked = asked;
      const problem = await ask(asked.on);
      if (problem && this.#asked === asked) {
        this.#asked = null;
        control.checked = !asked.on;
      }
      // Another page may have turned it back meanwhile, so that what was asked for is never told.
      setTimeout(() => this.#asked === asked && (this.#asked = null), TOLD_WITHIN);
    });
  }

  /**
   * What the server tells; what it sent before it had heard of a click changes nothing.
   * @param {boolean} on
   */
  show(on) {
    if (this.#asked?.on === on) this.#asked = null;
    if (!this.#asked) this.control.checked = on;
  }
}
