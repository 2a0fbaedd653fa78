/** A small window beside a call: what the face shows, the last minutes, Pause and Mark. It stays on top where the browser can. */

/** @import { LiveRow, State } from "../shared/records.js" */

import { confidenceWords, emojiAddress, looksWords } from "../shared/format.js";
import { el, setText } from "../shared/dom.js";
import { isActive, kindWords } from "../shared/state.js";
import { NOBODY, UNCLEAR } from "../shared/constants.js";
import { isForPage } from "../shared/keys.js";
import { PAUSE, RESUME } from "../texts/shared.js";
import { largestFace } from "../shared/faceArea.js";
import { SmallTrend } from "../timeline/smallTrend.js";
import * as texts from "../texts/live.js";

/** CSS pixels. */
const [WIDTH, HEIGHT] = [260, 190];
/** Seconds that the ribbon shows. */
const SHOWN = 300;
/** Milliseconds between two paintings, as on the page. */
const INTERVAL = 430;
/** Milliseconds that an answer stays. */
const ANSWER_STAYS = 4000;
/** The page that a browser without picture-in-picture opens; it gives its window to this page by the event. */
const ADDRESS = "/small";
const OFFER = "smallview";

/** @typedef {Window & { documentPictureInPicture?: { requestWindow: (size: object) => Promise<Window> } }} WithPictureInPicture */

export class SmallView {
  /** @type {Window | null} */
  #window = null;
  #emoji = el("img", { class: "small-emoji", alt: "" });
  #word = el("p", { class: "small-word" });
  #detail = el("p", { class: "small-detail" });
  #ribbon = el("div", { class: "small-ribbon", role: "img", "aria-label": texts.LAST_FIVE_MINUTES });
  #trend = new SmallTrend(this.#ribbon, { seconds: SHOWN });
  #pause = el("button", { type: "button", class: "btn btn-sm btn-primary" }, PAUSE);
  #mark = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, texts.MARK);
  #answer = el("p", { class: "small-answer", role: "status" });
  #root = el("main", { class: "small-view" });
  #paintedAt = -Infinity;
  #isRequested = false;
  /** @type {{ state: State, rows: LiveRow[] } | null} */
  #shown = null;
  /** @type {number | undefined} */
  #answerTimer;

  /**
   * @param {HTMLElement} button shows whether it is open
   * @param {object} actions
   * @param {() => void} actions.pauseOrResume
   * @param {() => Promise<string>} actions.mark marks the newest moment; resolves to what to say of it
   */
  constructor(button, { pauseOrResume, mark }) {
    this.button = button;
    const head = el("div", { class: "small-head" }, this.#emoji, el("div", {}, this.#word, this.#detail));
    this.#root.append(el("h1", { class: "visually-hidden" }, texts.SMALL_VIEW), head, this.#ribbon, el("div", { class: "small-buttons" }, this.#pause, this.#mark), this.#answer);
    this.#pause.addEventListener("click", pauseOrResume);
    this.#mark.addEventListener("click", async () => this.#say(await mark()));
    addEventListener(OFFER, (event) => this.#fill(/** @type {CustomEvent<Window>} */ (event).detail));
    addEventListener("themechange", () => this.#showTheme());
    addEventListener("pagehide", () => this.close());
  }

  get isOpen() {
    return this.#window !== null;
  }

  /**
   * Open it, which a browser allows only while a click or a key is being answered; or close it. Resolves to null, or to why not.
   * @returns {Promise<string | null>}
   */
  async toggle() {
    if (this.#window) {
      this.close();
      return null;
    }
    const { documentPictureInPicture } = /** @type {WithPictureInPicture} */ (window);
    // A frame, such as Zoom's, gets none.
    if (documentPictureInPicture && window.parent === window) {
      this.#fill(await documentPictureInPicture.requestWindow({ width: WIDTH, height: HEIGHT }));
      return null;
    }
    const opened = window.open(ADDRESS, "mien-small", `popup,width=${WIDTH},height=${HEIGHT}`);
    return opened ? null : texts.POPUP_BLOCKED;
  }

  close() {
    const view = this.#window;
    this.#window = null;
    view?.close();
    this.#showButton();
  }

  /** @param {Window} view a window that is still empty */
  #fill(view) {
    if (this.#window && this.#window !== view) this.close();
    this.#window = view;
    const page = view.document;
    page.title = texts.PRODUCT;
    page.documentElement.lang = "en";
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
      if (sheet instanceof HTMLLinkElement) page.head.append(el("link", { rel: "stylesheet", href: sheet.href }));
    }
    page.body.replaceChildren(this.#root);
    // The window's own frames: this page's stand still while another tab covers it.
    view.addEventListener("resize", () => this.#request());
    view.addEventListener("pagehide", () => {
      if (this.#window === view) this.close();
    });
    page.addEventListener("keydown", (event) => this.#onKey(event));
    this.#showTheme();
    this.#showButton();
    this.#request();
  }

  /**
   * The keys of the page Now, as far as the view has what they do.
   * @param {KeyboardEvent} event
   */
  #onKey(event) {
    if (!isForPage(event)) return;
    if (event.key === "v") this.close();
    else if (event.key === "m") this.#mark.click();
    else if (event.code === "Space") {
      event.preventDefault();
      this.#pause.click();
    }
  }

  #showTheme() {
    const root = this.#window?.document.documentElement;
    if (root) Object.assign(root.dataset, document.documentElement.dataset);
  }

  #showButton() {
    this.button.setAttribute("aria-pressed", String(this.isOpen));
  }

  /**
   * Show how things stand, at once if the state is another one, else about twice a second.
   * @param {State} state
   * @param {LiveRow[]} rows
   */
  show(state, rows) {
    const isNews = state !== this.#shown?.state;
    this.#shown = { state, rows };
    if (isNews || performance.now() - this.#paintedAt > INTERVAL) this.#request();
  }

  #request() {
    if (!this.#window || this.#isRequested) return;
    this.#isRequested = true;
    this.#window.requestAnimationFrame(() => {
      this.#isRequested = false;
      this.#paint();
    });
  }

  #paint() {
    if (!this.#window || !this.#shown) return;
    this.#paintedAt = performance.now();
    const { state, rows } = this.#shown;
    const isWatching = state.kind === "watching";
    const face = isWatching && rows.length ? largestFace(rows[rows.length - 1]) : undefined;
    const word = face ? looksWords(face.expression) : NOBODY;
    setText(this.#word, isWatching ? word : kindWords(state));
    setText(this.#detail, face ? confidenceWords(face.confidence) : "");
    this.#showEmoji(face?.expression ?? UNCLEAR);
    this.#emoji.classList.toggle("is-off", !face);
    setText(this.#pause, state.kind === "paused" ? RESUME : PAUSE);
    this.#pause.disabled = this.#mark.disabled = !isActive(state);
    this.#trend.update(rows.at(-1)?.n ?? 0);
  }

  /** @param {string} expression */
  #showEmoji(expression) {
    const address = emojiAddress(expression);
    if (this.#emoji.getAttribute("src") !== address) this.#emoji.setAttribute("src", address);
  }

  /** @param {string} sentence */
  #say(sentence) {
    setText(this.#answer, sentence);
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => setText(this.#answer, ""), ANSWER_STAYS);
  }
}
