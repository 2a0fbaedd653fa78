/** A small window that stays on top of a call where the browser can: it opens, closes, takes keys and has the page's looks. */

import { el } from "../shared/dom.js";
import { isForPage } from "../shared/keys.js";
import { PRODUCT, POPUP_BLOCKED } from "../texts/live.js";

/** The page that a browser without picture-in-picture opens; it gives its window to this page by the event. */
const ADDRESS = "/small";
const OFFER = "smallview";

/** @typedef {Window & { documentPictureInPicture?: { requestWindow: (size: object) => Promise<Window> } }} WithPictureInPicture */

export class TopWindow {
  /** @type {Window | null} */
  #window = null;
  #isRequested = false;

  /**
   * @param {HTMLElement} button shows whether it is open
   * @param {HTMLElement} root what the window shows
   * @param {object} how
   * @param {{ width: number, height: number }} how.size CSS pixels
   * @param {() => void} how.paint brings root up to date
   * @param {(key: string) => void} how.onKey a key of the page was pressed in it; space is " "
   */
  constructor(button, root, { size, paint, onKey }) {
    this.button = button;
    this.root = root;
    this.size = size;
    this.paint = paint;
    this.onKey = onKey;
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
      this.#fill(await documentPictureInPicture.requestWindow(this.size));
      return null;
    }
    const opened = window.open(ADDRESS, "mien-small", `popup,width=${this.size.width},height=${this.size.height}`);
    return opened ? null : POPUP_BLOCKED;
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
    page.title = PRODUCT;
    page.documentElement.lang = "en";
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
      if (sheet instanceof HTMLLinkElement) page.head.append(el("link", { rel: "stylesheet", href: sheet.href }));
    }
    page.body.replaceChildren(this.root);
    view.addEventListener("resize", () => this.request());
    view.addEventListener("pagehide", () => {
      if (this.#window === view) this.close();
    });
    page.addEventListener("keydown", (event) => this.#onKey(event));
    this.#showTheme();
    this.#showButton();
    this.request();
  }

  /**
   * The keys of the page, as far as the window has what they do; v closes it.
   * @param {KeyboardEvent} event
   */
  #onKey(event) {
    if (!isForPage(event)) return;
    if (event.key === " ") event.preventDefault();
    if (event.key === "v") this.close();
    else this.onKey(event.key);
  }

  #showTheme() {
    const root = this.#window?.document.documentElement;
    if (root) Object.assign(root.dataset, document.documentElement.dataset);
  }

  #showButton() {
    this.button.setAttribute("aria-pressed", String(this.isOpen));
  }

  /** Paint soon, by the window's own frames: this page's stand still while another tab covers it. */
  request() {
    if (!this.#window || this.#isRequested) return;
    this.#isRequested = true;
    this.#window.requestAnimationFrame(() => {
      this.#isRequested = false;
      if (this.#window) this.paint();
    });
  }
}
