/** What every page has: the state line, the theme switch and the list of keys. */

import { byId, say } from "./dom.js";
import "./keys.js";
import { inWords, onState, tone } from "./state.js";

onState((state) => {
  byId("state-line").dataset.tone = tone(state);
  say(byId("state-words"), inWords(state));
});

const look = document.documentElement.dataset;
const isDark = () => look.bsTheme === "dark";
const theme = byId("theme");

function showTheme() {
  theme.setAttribute("aria-pressed", String(isDark()));
  localStorage.setItem(isDark() ? "theme-dark" : "theme-light", look.theme);
}

/** Back to the one of the other kind that was there last: whoever prefers dim gets dim, not dark. */
theme.addEventListener("click", () => {
  const [last, usual] = isDark() ? ["theme-light", "light"] : ["theme-dark", "dark"];
  localStorage.setItem("theme", localStorage.getItem(last) ?? usual);
  dispatchEvent(new Event("themechosen"));
});
addEventListener("themechange", showTheme);
showTheme();
