/** The switch of the resting face on Now and in Settings, where one is known. */

import { byId, findById, setText } from "../shared/dom.js";
import { isActive, onState } from "../shared/state.js";
import { post } from "../shared/api.js";
import { ToldSwitch } from "../shared/toldSwitch.js";
import * as texts from "../texts/settings.js";

const control = findById("resting", HTMLInputElement);

if (control) {
  const resting = new ToldSwitch(control, async (on) => {
    const { error } = await post("/api/resting", { on: on ? "yes" : "no" });
    setText(byId("resting-words"), error ?? (on ? texts.RESTING_ON : texts.RESTING_OFF));
    return error ?? null;
  });
  // Another page may have turned it.
  onState((now) => {
    if (isActive(now) && now.session && "fit" in now) resting.show(now.fit?.origin === "baseline");
  });
}
