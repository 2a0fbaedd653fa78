/** One redraw for however many things changed, in the browser's own time. */

/** @type {(() => void)[]} */
const painters = [];
let requested = false;

/**
 * Paint at each redraw from now on.
 * @param {() => void} paint
 */
export function onRedraw(paint) {
  painters.push(paint);
}

export function redraw() {
  if (requested) return;
  requested = true;
  requestAnimationFrame(() => {
    requested = false;
    keepFocus(() => painters.forEach((paint) => paint()));
  });
}

/**
 * Focus that painting took away goes back to its element or, if that is gone, to the nearest part around it that takes it.
 * @param {() => void} paint
 */
function keepFocus(paint) {
  const focused = document.activeElement;
  /** @type {Element[]} */
  const around = [];
  for (let part = focused; part; part = part.parentElement) around.push(part);
  paint();
  const now = document.activeElement;
  if (now !== focused && now !== document.body) return;
  if (now === focused && focused?.checkVisibility()) return;
  for (const part of around) {
    if (part instanceof HTMLElement && part.isConnected && part.checkVisibility()) part.focus({ preventScroll: true });
    if (document.activeElement === part) return;
  }
}

/** Milliseconds: news that is about to come is shown fresh; what was left out would be shown stale a moment before it. */
const GRACE = 250;

/**
 * A painter that works at most once in so many milliseconds, and comes back for what it left out.
 * @param {() => void} paint
 * @param {number} pause milliseconds
 */
export function atMostEvery(paint, pause) {
  let last = -Infinity;
  /** @type {number | undefined} */
  let timer;
  const again = () => {
    timer = undefined;
    redraw();
  };
  return () => {
    const left = last + pause - performance.now();
    if (left > 0) {
      timer ??= setTimeout(again, left + GRACE);
      return;
    }
    clearTimeout(timer);
    [last, timer] = [performance.now(), undefined];
    paint();
  };
}

addEventListener("themechange", redraw);
addEventListener("resize", redraw);
