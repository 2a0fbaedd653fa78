/** The texts of web/static/js/texts/; that there are none elsewhere is a rule of eslint.config.js. */

import { deepEqual, equal } from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { plural } from "../../web/static/js/texts/plural.js";
import { stoppedAtLimit } from "../../web/static/js/texts/shared.js";
import { test } from "node:test";

const SCRIPTS = "web/static/js";

/** The names that a module takes from a file of texts. */
function namesTaken(code, file) {
  const [, taken] = code.match(new RegExp(`^import ([^;]*) from "[./]*/${file}";`, "m")) ?? [];
  if (!taken) return [];
  return taken.startsWith("*") ? [...code.matchAll(/\btexts\.(\w+)/g)].map(([, name]) => name) : taken.match(/\w+/g);
}

test("every text is said somewhere", async () => {
  const modules = globSync(`${SCRIPTS}/**/*.js`).map((path) => readFileSync(path, "utf-8"));
  for (const path of globSync(`${SCRIPTS}/texts/*.js`)) {
    const taken = new Set(modules.flatMap((code) => namesTaken(code, path.slice(`${SCRIPTS}/`.length).replace("texts/", "(?:texts/)?"))));
    const unsaid = Object.keys(await import(`../../${path}`)).filter((name) => !taken.has(name));
    deepEqual([path, unsaid], [path, []]);
  }
});

test("a count has its form of the word", () => {
  const forms = { one: "picture", other: "pictures" };
  deepEqual([0, 1, 2, 21].map((count) => plural(count, forms)), ["pictures", "picture", "pictures", "pictures"]);
  equal(stoppedAtLimit(1), "stopped at its limit of 1 minute");
});
