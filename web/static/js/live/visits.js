/** Other pages of Mien, shown over this one while it must stay: it has the camera, or the small view hangs on it. */

import { byId, el } from "../shared/dom.js";
import { AWAY } from "../texts/shared.js";
import { setPageTitle } from "../shared/tabState.js";
import * as texts from "../texts/live.js";

/** The path of this page, also while the address bar has that of a visited one. */
const HOME = location.pathname;
/**
 * Addresses that mean this page.
 * @type {string[]}
 */
let ownPaths = [HOME];
/** In sessionStorage: what was visited when this tab was loaded again, see shared/returnHome.js. */
const PENDING = "visit";
const IS_VISITING = "is-visiting";

/** @type {HTMLIFrameElement | null} */
let frame = null;
const ownTitle = document.title;

/**
 * From now on links to other pages of Mien open over this one, as long as it is needed.
 * @param {object} handlers
 * @param {() => boolean} handlers.isNeeded whether leaving this page would end something
 * @param {(sentence: string) => void} handlers.onProblem called when a page cannot be shown
 * @param {string[]} [handlers.aliases] other addresses that mean this page
 */
export function connectVisits({ isNeeded, onProblem, aliases = [] }) {
  ownPaths = [HOME, ...aliases];
  document.addEventListener("click", (event) => {
    const address = followed(event);
    if (!address || !isNeeded()) return;
    event.preventDefault();
    if (!isHome(address.pathname)) go(address.pathname + address.search + address.hash, onProblem);
  });
  addEventListener("popstate", ({ state: entry }) => {
    if (entry?.visited) show(entry.visited, onProblem);
    else close();
  });
  const pending = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  if (!pending) return;
  history.replaceState({ visited: pending }, "", pending);
  show(pending, onProblem);
}

/** @param {string} path */
const isHome = (path) => ownPaths.includes(path);

/**
 * The address of Mien's that a click leads to in this window; null for any other click.
 * @param {MouseEvent} event
 */
function followed(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  // A visited page has classes of its own, so that instanceof would not know its links.
  const link = /** @type {Element | null} */ (event.target)?.closest?.("a[href]");
  if (!link || link.hasAttribute("download") || link.getAttribute("target") || link.getAttribute("href")?.startsWith("#")) return null;
  const address = new URL(/** @type {HTMLAnchorElement} */ (link).href);
  return address.origin === location.origin ? address : null;
}

/**
 * @param {string} address
 * @param {(sentence: string) => void} onProblem
 */
function go(address, onProblem) {
  history.pushState({ visited: address }, "", address);
  show(address, onProblem);
}

/**
 * @param {string} address
 * @param {(sentence: string) => void} onProblem
 */
function show(address, onProblem) {
  close();
  const opened = el("iframe", { class: "visited", title: texts.OTHER_PAGE, src: address });
  opened.addEventListener("load", () => onLoad(opened, onProblem));
  frame = opened;
  document.body.append(opened);
}

/**
 * A page has come, the first one or one that the visited page led to: the tab shows its title and address.
 * @param {HTMLIFrameElement} loaded
 * @param {(sentence: string) => void} onProblem
 */
function onLoad(loaded, onProblem) {
  const page = loaded.contentDocument;
  if (!page || !loaded.contentWindow || page.URL === "about:blank") {
    leave();
    onProblem(AWAY);
    return;
  }
  const { pathname, search, hash } = loaded.contentWindow.location;
  if (isHome(pathname)) {
    leave();
    return;
  }
  const address = pathname + search + hash;
  history.replaceState({ visited: address }, "", address);
  setPageTitle(page.title);
  loaded.title = page.title;
  page.addEventListener("click", (event) => {
    const to = followed(event);
    if (!to || !isHome(to.pathname)) return;
    event.preventDefault();
    history.pushState(null, "", HOME);
    close();
  });
  cover(loaded);
  loaded.contentWindow.focus();
}

/** Back from a page that cannot be shown here. */
function leave() {
  history.replaceState(null, "", HOME);
  close();
}

/**
 * Nothing of this page can be reached while another one lies over it.
 * @param {HTMLIFrameElement | null} shown
 */
function cover(shown) {
  document.documentElement.classList.toggle(IS_VISITING, shown !== null);
  shown?.classList.add("is-loaded");
  for (const part of document.body.children) if (part instanceof HTMLElement && part !== shown) part.inert = shown !== null;
}

function close() {
  if (!frame) return;
  frame.remove();
  frame = null;
  cover(null);
  setPageTitle(ownTitle);
  byId("main").focus({ preventScroll: true });
}
