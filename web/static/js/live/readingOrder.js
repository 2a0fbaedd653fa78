/** The order in which a person reads faces off a picture: line by line from the top, each line from the left. */

/** @import { Box } from "../shared/records.js" */

/** Share of a face's height by which the middle of another may lie lower in the same line. */
const SAME_LINE = 0.5;

/**
 * @template {{ box: Box }} Face
 * @param {Face[]} faces
 * @param {boolean} [isMirrored] whether the picture is shown as in a mirror
 * @returns {Face[]}
 */
export function inReadingOrder(faces, isMirrored = false) {
  const middle = (/** @type {Face} */ { box: [, y, , height] }) => y + height / 2;
  const across = (/** @type {Face} */ { box: [x, , width] }) => (x + width / 2) * (isMirrored ? -1 : 1);
  /** @type {Face[][]} */
  const lines = [];
  for (const face of [...faces].sort((one, other) => middle(one) - middle(other))) {
    const line = lines.at(-1);
    if (line && middle(face) - middle(line[0]) < SAME_LINE * line[0].box[3]) line.push(face);
    else lines.push([face]);
  }
  return lines.flatMap((line) => line.sort((one, other) => across(one) - across(other)));
}
