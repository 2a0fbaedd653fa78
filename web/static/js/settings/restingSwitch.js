/** The switch of the resting face on Now and in Settings, where one is known. */

import { byId, findById, setText } from "../shared/dom.js";
import { isActive, onState } from "../shared/state.js";
import { post } from "../shared/api.js";
import * as texts from "../texts/settings.js";

const control = findById("resting", HTMLInputElement);

if (control) {
  control.addEventListener("change", async () => {
    const on = control.checked;
    const { error } = await post("/api/resting", { on: on ? "yes" : "no" });
    if (error) control.checked = !on;
    setText(byId("resting-words"), error ?? (on ? texts.RESTING_ON : texts.RESTING_OFF));
  });
  // Another page may have turned it.
  onState((now) => {
    if (isActive(now) && now.session && "fit" in now) control.checked = now.fit?.origin === "baseline";
  });
}
