/** People on a call that are made up, for the tests of the page Call. */

const nobody = { person: 2, number: 1, name: "Ana", state: "seen", why: null, t: 75, age: 0.4, learning: null, shows: [], unknown: [], unclear: null, possible: null };

export const personWith = (parts) => ({ ...nobody, ...parts });

export const movement = (name, began, seconds, words = name) => ({ name, words, began, seconds, strength: 0.5 });

export const callWith = (people, parts = {}) => ({ mode: "private", meanings_on: true, by: "tiles", told: "", is_demo: false, layout: 1, size: [1280, 720], tiles: [], roster: [], people, ...parts });

export const confused = {
  id: "confused",
  name: "confused or unsure",
  meaning: "They may not have understood.",
  strength: "some",
  why: ["1:11 to 1:14: lowers the brows", "Against it: 1:10 to 1:11: nods", "This can also mean: concentrating", "This can also mean: annoyed"],
  alternatives: ["concentrating", "annoyed"],
  validated: false,
};
