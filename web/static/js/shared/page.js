/** What every page has: the state line, the button for light and dark, and the list of keys. */

import "./keys.js";
import "./tabState.js";
import { byId, setText } from "./dom.js";
import { DARK, LIGHT } from "../texts/shared.js";
import { onState, stateTone, stateWords } from "./state.js";

onState((state) => {
  byId("state-line").dataset.tone = stateTone(state);
  setText(byId("state-words"), stateWords(state));
});

const look = document.documentElement.dataset;
const button = byId("theme");
const isDark = () => look.bsTheme === "dark";

/** The button says what it switches to. */
function showTheme() {
  setText(button, isDark() ? LIGHT : DARK);
  localStorage.setItem(isDark() ? "theme-dark" : "theme-light", look.theme ?? "");
}

/** Back to the theme of the other kind that was there last: whoever prefers dim gets dim, not dark. */
button.addEventListener("click", () => {
  const [last, fallback] = isDark() ? ["theme-light", "light"] : ["theme-dark", "dark"];
  localStorage.setItem("theme", localStorage.getItem(last) ?? fallback);
  dispatchEvent(new Event("themechosen"));
});
addEventListener("themechange", showTheme);
showTheme();
