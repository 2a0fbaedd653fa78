/** What the drivers of Node's peers do alike; tasks and answers are those of answering.py. */

import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import readline from "node:readline";

const THREADS = 2;

/** The folder in which npm put the peer. */
export const environment = process.argv[2];

/** Like require() in that folder. */
export const load = createRequire(path.join(environment, "package.json"));

/** Start TensorFlow's WebAssembly, with files from that folder. */
export async function startTensorFlow(tf, wasm) {
  wasm.setWasmPaths(path.join(environment, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
  wasm.setThreadsCount(THREADS);
  await tf.setBackend("wasm");
  await tf.ready();
}

/** Answer the tasks on stdin until it ends. A step takes a tensor [height, width, 3] and promises faces. */
export async function answer(tf, steps) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { task, file, shape: [count, height, width], hz } = JSON.parse(line);
    const step = steps[task](hz);
    const [milliseconds, faces] = [[], []];
    const bytes = Buffer.alloc(height * width * 3);
    const source = fs.openSync(file);
    for (let number = 0; number < count; number += 1) {
      fs.readSync(source, bytes, 0, bytes.length, number * bytes.length);
      const pixels = tf.tensor3d(new Uint8Array(bytes), [height, width, 3], "int32");
      const started = performance.now();
      faces.push(await step(pixels, number));
      milliseconds.push(performance.now() - started);
      tf.dispose(pixels);
    }
    fs.closeSync(source);
    // The whole answer, however long: fs.writeSync writes as much of it as the pipe takes at once, and leaves out the rest.
    await new Promise((written) => process.stdout.write(`${JSON.stringify({ ms: milliseconds, faces })}\n`, written));
  }
}

/** The name with the largest score. */
export const best = (scores) => Object.entries(scores).reduce((first, second) => (second[1] > first[1] ? second : first))[0];
