/** How large a face is in the picture, by which the nearest of several is told. */

/** @import { Box, Reading, Row } from "./records.js" */

/**
 * Square pixels of a face's box.
 * @param {{ box: Box }} face
 */
export const area = ({ box: [, , width, height] }) => width * height;

/**
 * The largest face of a row; undefined when nobody is there.
 * @param {Row} row
 * @returns {Reading | undefined}
 */
export function largestFace({ faces }) {
  return faces.length ? faces.reduce((best, face) => (area(face) > area(best) ? face : best)) : undefined;
}
