/** When a moment of the session was. Positions are seconds of the session everywhere; the clock is only their label. */

import { formatClock, formatDuration } from "./format.js";

/**
 * Seconds since 1970 at the session's beginning; null for a recording, whose own time is shown.
 * @type {number | null}
 */
let began = null;

/** @param {string | null | undefined} at when the session began, ISO 8601; nothing for a recording */
export function setBeginning(at) {
  began = at ? Date.parse(at) / 1000 : null;
}

export const hasClock = () => began !== null;

/**
 * A moment in words: by the clock, counted on from the beginning, so that it never jumps; of a recording by its own time.
 * @param {number} t seconds of the session
 * @param {boolean} withSeconds
 */
export const formatMoment = (t, withSeconds = false) =>
  began === null ? formatDuration(t) : formatClock(began + t, withSeconds);

/**
 * A moment as an axis of time counts, which has its ticks at full minutes.
 * @param {number} t
 */
export const toAxis = (t) => t + (began ?? 0);

/**
 * A value of that axis as a moment.
 * @param {number} value
 */
export const fromAxis = (value) => value - (began ?? 0);

/**
 * A moment as a field takes it: day and time in the person's zone, which ISO has not; of a recording its own time.
 * @param {number} t
 */
export function toField(t) {
  if (began === null) return formatDuration(t);
  const date = new Date((began + t) * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/**
 * Seconds of the session that a person typed into such a field; NaN for what is no time.
 * @param {string} value
 */
export function fromField(value) {
  if (began !== null) return Date.parse(value) / 1000 - began;
  if (!/^(\d+:)?\d+:\d\d?$/.test(value.trim())) return NaN;
  return value.trim().split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
}
