/** What the list of stored sessions and a session's page say. */

import { plural } from "./plural.js";

/** @typedef {{ why: string, from: string, to: string }} Gap why: in words; from and to: moments, to is empty where nothing followed */

/**
 * Parts of a session that are missing.
 * @param {Gap[]} listed
 * @param {number} more that are not listed
 */
export function gaps(listed, more) {
  const each = listed.map(({ why, from, to }) => `${why} from ${from} to ${to || "the end"}`);
  if (more) each.push(`and ${more} more`);
  return `Gaps: ${each.join("; ")}.`;
}

export const GIVE_BOTH_TIMES = "Give both times as the timeline shows them.";
/**
 * What is erased.
 * @param {string} part from when to when
 * @param {string} what in words of the server
 */
export const partOfSession = (part, what) => `${part} of this session: ${what}`;

export const selected = (/** @type {string} */ count) => `${count} selected`;
/**
 * What is erased.
 * @param {number} count
 * @param {string} words the same, as people read it
 */
export const sessions = (count, words) =>
  plural(count, { one: `${words} session with its timeline, markers and notes`, other: `${words} sessions with their timelines, markers and notes` });
