/** What our modules find in a page, as far as those need it that compute: the shared constants, and elements that do nothing. */

import { execFileSync } from "node:child_process";
import { registerHooks } from "node:module";

process.env.TZ = "Europe/Berlin";

const program = "import json; from web.page_constants import PAGE_CONSTANTS; print(json.dumps(PAGE_CONSTANTS))";
const constants = { ...JSON.parse(execFileSync(process.env.PYTHON ?? "python3", ["-c", program], { encoding: "utf-8" })), emojiFolder: "/emoji/" };

const ignore = () => undefined;
const element = () => ({
  dataset: {},
  style: {},
  textContent: "",
  setAttribute: ignore,
  addEventListener: ignore,
  append: ignore,
  replaceChildren: ignore,
});

globalThis.addEventListener = ignore;
globalThis.document = {
  documentElement: element(),
  createElement: element,
  getElementById: (id) => (id === "constants" ? { textContent: JSON.stringify(constants) } : null),
  querySelector: () => null,
  querySelectorAll: () => [],
};

/** No module here draws or speaks to a server: the libraries that would are left out. */
const LIBRARIES = "data:text/javascript,export const io = () => ({ on() {} })";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("/static/vendor/") ? { url: LIBRARIES, shortCircuit: true } : next(specifier, context),
});
