/** Whatever goes wrong with a request comes back as a sentence. */

import { deepEqual, equal } from "node:assert/strict";
import { get, post, postInTurn, withQuery } from "../../web/static/js/shared/api.js";
import { AWAY } from "../../web/static/js/texts/shared.js";
import { test } from "node:test";

const answerWith = (...answers) => {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push([address, options]);
    return answers.shift();
  };
  return asked;
};

test("a server that is gone, and a refusal in plain text, are sentences", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  deepEqual(await get("/api/x"), { error: AWAY });
  answerWith(new Response("This page needs Mien's token.\n", { status: 403, headers: { "Content-Type": "text/plain" } }));
  deepEqual(await post("/api/x"), { error: "This page needs Mien's token." });
});

test("an answer that is cut off in the middle is a sentence, too", async () => {
  answerWith(new Response("{", { headers: { "Content-Type": "application/json" } }));
  deepEqual(await get("/api/x"), { error: AWAY });
});

test("a form is sent as one, without what is undefined; a refusal in JSON keeps its words", async () => {
  const asked = answerWith(Response.json({ error: "It is none." }, { status: 400 }));
  deepEqual(await post("/api/x", { said: "sad", again: undefined }), { error: "It is none." });
  deepEqual([...asked[0][1].body], [["said", "sad"]]);
});

test("where others come first it is asked again", async () => {
  const asked = answerWith(Response.json({ error: "busy" }, { status: 503, headers: { "Retry-After": "0.01" } }), Response.json({ faces: [] }));
  deepEqual(await postInTurn("/api/picture", {}), { faces: [] });
  equal(asked.length, 2);
});

test("a query leaves out what is undefined", () => {
  equal(withQuery("/api/x", { from: 0, to: undefined, name: "a b&c" }), "/api/x?from=0&name=a+b%26c");
  equal(withQuery("/api/x", {}), "/api/x");
});
