/** Why a browser gave no camera. */

import { cameraRefusal } from "../../web/static/js/live/browserDevices.js";
import { equal } from "node:assert/strict";
import { test } from "node:test";

const SENTENCES = { none: "There is none.", busy: "It is busy." };
const named = (name) => Object.assign(new Error("words of the browser's"), { name });

test("a camera that is not given is told by its reason, and where no page gets one, by that", () => {
  equal(cameraRefusal(named("TypeError"), SENTENCES), "This browser gives its camera only to addresses of this machine or with https.");
  Object.defineProperty(navigator, "mediaDevices", { value: {}, configurable: true });
  equal(cameraRefusal(named("NotFoundError"), SENTENCES), "There is none.");
  equal(cameraRefusal(named("NotReadableError"), SENTENCES), "It is busy.");
  equal(cameraRefusal(named("NotAllowedError"), SENTENCES).split(".")[0], "The browser did not give its camera");
  equal(cameraRefusal(named("AbortError"), SENTENCES), "The browser did not give its camera (words of the browser's).");
});
