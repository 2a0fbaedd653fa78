/** Elements, made and found; text goes in as text and never as markup. */

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child is a node or a text, null is left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Set a text only when it is another one: what did not change is not announced again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Read or keep a person's yes or no in this browser; `usual` as long as nothing was said. */
export const remembered = (name, usual = false) => (localStorage.getItem(name) ?? (usual ? "yes" : "no")) === "yes";
export const remember = (name, yes) => localStorage.setItem(name, yes ? "yes" : "no");
