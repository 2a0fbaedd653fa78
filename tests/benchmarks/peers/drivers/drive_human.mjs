/** human as its README uses it: detect(), with all that is no face switched off. */

import { answer, environment, load } from "./answering.mjs";
import fs from "node:fs/promises";
import path from "node:path";

const MAX_FACES = 50;
const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];
const GRAY = [0.2989, 0.587, 0.114];

const wasmPath = path.join(environment, "node_modules/@tensorflow/tfjs-backend-wasm/dist/");
const modelBasePath = `file://${path.join(environment, "node_modules/@vladmandic/human/models/")}`;
// Node's own fetch reads no files, and Human's build for WebAssembly asks for its models by it.
const fetchOfNode = globalThis.fetch;
globalThis.fetch = async (address, ...rest) =>
  String(address).startsWith("file://") ? new Response(await fs.readFile(new URL(address)), { headers: { "content-type": "application/json" } }) : fetchOfNode(address, ...rest);

const { Human } = load(path.join(environment, "node_modules/@vladmandic/human/dist/human.node-wasm.js"));
const off = { enabled: false };
const human = new Human({
  backend: "wasm",
  wasmPath,
  modelBasePath,
  warmup: "none",
  filter: off,
  gesture: off,
  body: off,
  hand: off,
  object: off,
  segmentation: off,
  face: { enabled: true, detector: { maxDetected: MAX_FACES }, mesh: { enabled: true }, iris: off, description: off, emotion: { enabled: true } },
});
await human.load();

const now = performance.now.bind(performance);
/** Milliseconds: the end of the clip before, as no clock goes backwards. */
let clock = now();

/** What is found in a picture. Nothing is taken over from the picture before: a skipped step would count as a fast one. */
const read = async (pixels) => {
  const { face, error } = await human.detect(pixels, { cacheSensitivity: 0 });
  if (error) throw new Error(error);
  return face.map(({ box, emotion }) => ({ box, word: emotion?.[0]?.emotion ?? "unclear" }));
};

/** What is found in a clip's frame, with the library's own pauses between two looks, on the clip's clock. */
const readClip = (hz) => {
  clock = Math.max(clock, now());
  return async (pixels) => {
    clock += 1000 / hz;
    performance.now = () => clock;
    try {
      const { face } = await human.detect(pixels);
      return face.map(({ box, emotion }) => ({ box, word: emotion?.[0]?.emotion ?? "unclear" }));
    } finally {
      performance.now = now;
    }
  };
};

/** The emotion model alone, prepared as the library's src/gear/emotion.ts does it. */
const readCrop = async (pixels) => {
  const { tf } = human;
  const model = human.models.models.emotion;
  const side = model.inputs[0].shape[2];
  const scores = tf.tidy(() => {
    const small = tf.image.resizeBilinear(tf.div(tf.expandDims(pixels), 255), [side, side], false);
    const gray = tf.sum(tf.mul(small, GRAY), 3, true);
    return model.execute(tf.mul(tf.sub(gray, 0.5), 2));
  });
  const values = await scores.data();
  tf.dispose(scores);
  return [{ box: [0, 0, pixels.shape[1], pixels.shape[0]], word: EMOTIONS[values.indexOf(Math.max(...values))] }];
};
await answer(human.tf, { frames: () => read, clip: readClip, crops: () => readCrop });
