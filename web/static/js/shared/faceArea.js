/** How large a face is in the picture, by which the nearest of several is told. */

/** @import { Box } from "./records.js" */

/**
 * Square pixels of a face's box.
 * @param {{ box: Box }} face
 */
export const area = ({ box: [, , width, height] }) => width * height;
