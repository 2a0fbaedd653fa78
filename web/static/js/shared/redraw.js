/** One redraw for however many things changed, in the browser's own time. */

const painters = [];
let asked = false;

/** Paint at each redraw from now on. */
export function onRedraw(paint) {
  painters.push(paint);
}

export function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    keepingFocus(() => painters.forEach((paint) => paint()));
  });
}

/** Focus that painting took away goes back to its element or, if that is gone, to the nearest part around it that takes it. */
function keepingFocus(paint) {
  const focused = document.activeElement;
  const around = [];
  for (let part = focused; part; part = part.parentElement) around.push(part);
  paint();
  const left = document.activeElement;
  if (left !== focused && left !== document.body) return;
  if (left === focused && focused.checkVisibility()) return;
  for (const part of around) {
    if (part.isConnected && part.checkVisibility()) part.focus({ preventScroll: true });
    if (document.activeElement === part) return;
  }
}

/** Milliseconds: news that is about to come is shown fresh; what was left out would be shown stale a moment before it. */
const GRACE = 250;

/** A painter that works at most every so many milliseconds, and comes back for what it left out. */
export function calmly(paint, pause) {
  let last = -Infinity;
  let timer = null;
  const again = () => {
    timer = null;
    redraw();
  };
  return () => {
    const left = last + pause - performance.now();
    if (left > 0) {
      timer ??= setTimeout(again, left + GRACE);
      return;
    }
    clearTimeout(timer);
    [last, timer] = [performance.now(), null];
    paint();
  };
}

addEventListener("themechange", redraw);
addEventListener("resize", redraw);
