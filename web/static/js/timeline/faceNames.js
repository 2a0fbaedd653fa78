/** What faces are called in a timeline: by number, or in a stored call by the name under which a person agreed. */

import { faceNumber } from "../texts/timeline.js";

/** @type {Record<number, string>} */
let names = {};

/** @param {Record<number, string>} people names by the faces' numbers, of those who have one */
export function setFaceNames(people) {
  names = people;
}

/** @param {number} face its number */
export const faceName = (face) => names[face] ?? faceNumber(face);
