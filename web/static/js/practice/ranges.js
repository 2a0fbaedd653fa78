/** A value within a person's own range, on a bar: the range shaded, a line at rest, a dot for now. */

/** @typedef {{ value: number, low: number, high: number, rest?: number | null }} OwnRange each 0 to 1 */

/**
 * Where a value lies on its bar, in percent: small movements, which most are, get more room than large ones.
 * @param {number} value 0 to 1
 */
export const placeOf = (value) => Math.sqrt(Math.min(1, Math.max(0, value))) * 100;

/**
 * @param {ParentNode} place that holds the bar
 * @param {OwnRange | null} shown null clears it
 */
export function showRange(place, shown) {
  const [span, rest, now] = ["span", "rest", "now"].map((name) => place.querySelector(`.face-range-${name}`));
  if (!(span instanceof HTMLElement && rest instanceof HTMLElement && now instanceof HTMLElement)) return;
  for (const part of [span, now]) part.hidden = shown === null;
  rest.hidden = shown?.rest === null || shown?.rest === undefined;
  if (shown === null) return;
  const [low, high] = [placeOf(shown.low), placeOf(shown.high)];
  Object.assign(span.style, { left: `${low}%`, width: `${high - low}%` });
  now.style.left = `${placeOf(shown.value)}%`;
  if (!rest.hidden) rest.style.left = `${placeOf(shown.rest ?? 0)}%`;
}
