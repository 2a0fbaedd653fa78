/** A switch between a click and what the server tells. */

import { deepEqual, equal } from "node:assert/strict";
import { mock, test } from "node:test";
import { ToldSwitch } from "../../web/static/js/shared/toldSwitch.js";

/** A control that can be clicked, and its switch; answer: what asking comes to. */
function made(answer = null) {
  const control = { checked: false, addEventListener: (_, change) => (control.change = change) };
  const asked = [];
  const told = new ToldSwitch(control, async (on) => {
    asked.push(on);
    return answer;
  });
  const click = async () => {
    control.checked = !control.checked;
    await control.change();
  };
  return { control, told, asked, click };
}

test("what the server sent before it had heard of a click does not turn the switch back", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { control, told, asked, click } = made();
  const clicked = click();
  told.show(false);
  equal(control.checked, true);
  await clicked;
  told.show(false);
  equal(control.checked, true);
  told.show(true);
  told.show(false);
  equal(control.checked, false);
  deepEqual(asked, [true]);
  mock.timers.reset();
});

test("where it failed, the switch is as before, and shows what is told", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { control, told, click } = made("This is work mode.");
  await click();
  equal(control.checked, false);
  told.show(true);
  equal(control.checked, true);
  mock.timers.reset();
});

test("what is never told as it was asked for is shown as it is told two seconds later", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { control, told, click } = made();
  await click();
  mock.timers.tick(2000);
  told.show(false);
  equal(control.checked, false);
  mock.timers.reset();
});
