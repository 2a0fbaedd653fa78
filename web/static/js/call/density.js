/** How many people there are decides how large their cards are: the style sheet has a rule for each of these names. */

const [FEW, SOME] = [4, 9];

/** @param {number} people */
export const isOneOfFew = (people) => people <= FEW;

/**
 * one, few, some or many.
 * @param {number} people
 */
export function density(people) {
  if (people <= 1) return "one";
  if (isOneOfFew(people)) return "few";
  return people <= SOME ? "some" : "many";
}
