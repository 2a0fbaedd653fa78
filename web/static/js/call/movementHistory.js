/** What each person on a call has shown in the last minutes, as far as this page has seen it; nothing of it is stored. */

/** @import { CallPerson, CallView } from "../shared/records.js" */

/** Seconds that are remembered: somewhat more than is drawn. */
const REMEMBERED = 240;
/** Seconds between two samples that still belong together. */
const SAME = 3;

/** @typedef {{ from: number, to: number }} Span seconds of the session */
/** @typedef {Span & { name: string, words: string }} Mark a movement from its beginning to its end, or to now */

export class MovementHistory {
  /** @type {Map<number, { seen: Span[], marks: Mark[] }>} */
  #people = new Map();
  /** The newest moment that anybody was seen, in seconds of the session. */
  now = 0;

  /** Another session begins. */
  forget() {
    this.#people.clear();
    this.now = 0;
  }

  /** @param {CallView} call */
  add({ people }) {
    const there = new Set(people.map(({ person }) => person));
    for (const person of this.#people.keys()) if (!there.has(person)) this.#people.delete(person);
    for (const person of people) this.#see(person);
  }

  /** @param {CallPerson} person */
  #see({ person, state, t, unclear, shows }) {
    const kept = this.#people.get(person) ?? { seen: [], marks: [] };
    this.#people.set(person, kept);
    if (t === null || state !== "seen") return;
    this.now = Math.max(this.now, t);
    if (unclear === null) extend(kept.seen, { from: t, to: t });
    for (const { name, words, began, seconds } of shows) {
      const mark = { name, words, from: began, to: began + seconds };
      const before = kept.marks.findLast((each) => each.name === name);
      if (before && mark.from <= before.to) before.to = Math.max(before.to, mark.to);
      else kept.marks.push(mark);
    }
    kept.seen = kept.seen.filter(({ to }) => to > t - REMEMBERED);
    kept.marks = kept.marks.filter(({ to }) => to > t - REMEMBERED);
  }

  /**
   * @param {number} person
   * @returns {{ seen: Span[], marks: Mark[] }}
   */
  of(person) {
    return this.#people.get(person) ?? { seen: [], marks: [] };
  }
}

/**
 * @param {Span[]} spans the newest last
 * @param {Span} next
 */
function extend(spans, next) {
  const last = spans.at(-1);
  if (last && next.from - last.to <= SAME && next.to >= last.to) last.to = next.to;
  else spans.push(next);
}
