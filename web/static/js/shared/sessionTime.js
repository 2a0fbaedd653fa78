/** When a moment of the session was. Positions are seconds of the session everywhere; the clock is only their label. */

import { clock, duration } from "./format.js";

/** Seconds since 1970 at the session's beginning; null for a recording, whose own time is told. */
let began = null;

/** at: ISO 8601, or nothing for a recording. */
export function beginAt(at) {
  began = at ? Date.parse(at) / 1000 : null;
}

export const byTheClock = () => began !== null;

/** A moment in words: by the clock, counted on from the beginning, so that it never jumps; of a recording by its own time. */
export const timeOf = (t, withSeconds = false) => (byTheClock() ? clock(began + t, withSeconds) : duration(t));

/** A moment as an axis of time counts, which has its ticks at full minutes, and back. */
export const onAxis = (t) => t + (began ?? 0);
export const offAxis = (value) => value - (began ?? 0);

/** A moment as a field takes it: day and time in the person's zone, which ISO has not; of a recording its own time. */
export function fieldOf(t) {
  if (!byTheClock()) return duration(t);
  const date = new Date((began + t) * 1000);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Seconds of the session that a person typed into such a field; NaN for what is no time. */
export function inField(value) {
  if (byTheClock()) return Date.parse(value) / 1000 - began;
  if (!/^(\d+:)?\d+:\d\d?$/.test(value.trim())) return NaN;
  return value.trim().split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
}
