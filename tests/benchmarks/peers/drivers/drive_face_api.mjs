/** face-api as its README uses it: detectAllFaces().withFaceExpressions(), with SSD MobileNet, or with its tiny detector if asked for. */

import { answer, best, environment, load, startTensorFlow } from "./answering.mjs";
import path from "node:path";
import process from "node:process";

const WORDS = { angry: "angry", disgusted: "disgust", fearful: "fear", happy: "happy", sad: "sad", surprised: "surprise", neutral: "neutral" };

const tf = load("@tensorflow/tfjs");
const wasm = load("@tensorflow/tfjs-backend-wasm");
const faceapi = load("@vladmandic/face-api/dist/face-api.node-wasm.js");
await startTensorFlow(tf, wasm);
const models = path.join(environment, "node_modules/@vladmandic/face-api/model");
const isTiny = process.argv.includes("tiny");
const detector = isTiny ? faceapi.nets.tinyFaceDetector : faceapi.nets.ssdMobilenetv1;
await detector.loadFromDisk(models);
await faceapi.nets.faceExpressionNet.loadFromDisk(models);
const options = isTiny ? new faceapi.TinyFaceDetectorOptions() : new faceapi.SsdMobilenetv1Options();

const read = async (pixels) => {
  const faces = await faceapi.detectAllFaces(pixels, options).withFaceExpressions();
  return faces.map(({ detection: { box }, expressions }) => ({ box: [box.x, box.y, box.width, box.height], word: WORDS[best(expressions)] }));
};
const readCrop = async (pixels) => {
  const expressions = await faceapi.nets.faceExpressionNet.predictExpressions(pixels);
  return [{ box: [0, 0, pixels.shape[1], pixels.shape[0]], word: WORDS[best(expressions)] }];
};
await answer(faceapi.tf, { frames: () => read, clip: () => read, crops: () => readCrop });
