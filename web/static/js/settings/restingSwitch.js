/** The switch of the resting face on Now and in Settings. */

import { byId, say } from "../shared/dom.js";
import { post } from "../shared/api.js";
import { isActive, onState } from "../shared/state.js";

const control = byId("resting");

control?.addEventListener("change", async () => {
  const on = control.checked;
  const answer = await post("/api/resting", { on: on ? "yes" : "no" });
  if (answer.error) control.checked = !on;
  say(byId("resting-words"), answer.error ?? (on ? "Taken into account from now on." : "No longer taken into account."));
});

// Another page may have turned it.
if (control) {
  onState((now) => {
    if (isActive(now) && now.session && "fit" in now) control.checked = now.fit?.origin === "baseline";
  });
}
