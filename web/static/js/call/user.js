/** The user among the people of a call: their own face needs no consent. */

export const USER = 0;
