/** What every page has: the state line and the theme switch. */

import { byId, say } from "./dom.js";
import { inWords, onState, tone } from "./state.js";

onState((state) => {
  byId("state-line").dataset.tone = tone(state);
  say(byId("state-words"), inWords(state));
});

const isDark = () => document.documentElement.dataset.bsTheme === "dark";
const theme = byId("theme");

function showTheme() {
  theme.setAttribute("aria-pressed", String(isDark()));
}

theme.addEventListener("click", () => {
  localStorage.setItem("theme", isDark() ? "light" : "dark");
  dispatchEvent(new Event("themechosen"));
});
addEventListener("themechange", showTheme);
showTheme();
