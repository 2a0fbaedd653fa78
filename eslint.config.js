/** The rules for our JavaScript: all of eslint's, but for those below, each with its reason. */

import globals from "globals";
import js from "@eslint/js";

const OFF = {
  "camelcase": "the server's JSON has Python's names",
  "capitalized-comments": "a comment may begin with a name as it is written",
  "consistent-return": "tsc checks what functions return; an early return of another call's nothing is short",
  "curly": "a short statement stands on the line of its condition",
  "func-style": "both kinds are used: a value that is one expression is an arrow",
  "id-length": "t, x and y are the field's own names",
  "init-declarations": "tsc finds what is read before it is set",
  "max-classes-per-file": "size follows duty",
  "max-params": "tsc checks what is passed",
  "max-statements": "size follows duty",
  "new-cap": "Intl.DateTimeFormat is called, not constructed, where its defaults are asked for",
  "no-await-in-loop": "what waits for its turn waits in a loop",
  "no-inline-comments": "the types of an arrow's arguments stand beside them",
  "no-magic-numbers": "a number that is no constant of its own is explained by its line",
  "no-multi-assign": "two fields that belong together are set together",
  "no-promise-executor-return": "a promise of a timer is one line",
  "no-ternary": "a choice of two values is an expression",
  "no-undefined": "undefined is how a timer and an optional argument are absent",
  "no-use-before-define": "a file reads from its purpose down to its details",
  "one-var": "one declaration a line",
  "prefer-destructuring": "an element by its number is as plain",
  "prefer-named-capture-group": "small patterns need no names",
  "require-atomic-updates": "it takes each await for a race",
  "require-await": "a function that always answers with a promise says so",
  "require-unicode-regexp": "patterns here are of ASCII",
  "sort-imports": "ordered by hand, module by module",
  "sort-keys": "keys stand in the order in which they are read",
  "strict": "tsc reads the few scripts that are no modules strictly, too",
};

/** Strings with a space and letters that nobody reads on a page: for developers, for CSS, and for the browser. */
const NO_TEXTS = [
  "ThrowStatement *",
  "Property[key.name='class'] *",
  "[value=/^btn /]",
  "CallExpression[callee.property.name=/^(closest|matches|querySelector|querySelectorAll)$/] *",
  "CallExpression[callee.name='matchMedia'] *",
  "VariableDeclarator[id.name=/^(TAKES_LETTERS|PRESSED_BY_SPACE|OTHER_USES_OF_ESCAPE)$/] *",
  "AssignmentExpression[left.object.property.name='style'] *",
  "AssignmentExpression[left.property.name=/^(cookie|font)$/] *",
  "CallExpression[callee.object.name='svg'] *",
].join(", ");

/** What a person reads: a sentence or a part of one, a word with a capital letter, and whatever is put into an element or its label. */
const TEXTS = [
  `Literal[value=/ /][value=/[a-z]/i]:not(${NO_TEXTS})`,
  `TemplateElement[value.raw=/ /][value.raw=/[a-z]/i]:not(${NO_TEXTS})`,
  `Literal[value=/^[A-Z][a-z]+\\W*$/]:not(BinaryExpression > Literal, ThrowStatement *)`,
  "CallExpression[callee.name=/^(setText|showSentence|showProblem|smallButton|say)$/] > Literal[value=/[a-z]/i]",
  "CallExpression[callee.name='el'] > Literal[value=/[a-z]/i]:not(:first-child)",
  "Property[key.value='aria-label'] > Literal.value[value=/[a-z]/i]",
  "Property[key.name=/^(alt|placeholder|title)$/] > Literal.value[value=/[a-z]/i]",
];

export default [
  { ignores: ["build/", "dist/", "web/static/vendor/", ".venv/"] },
  js.configs.all,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules: Object.fromEntries(Object.keys(OFF).map((rule) => [rule, "off"])) },
  { files: ["web/static/js/**/*.js", "tests/web/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["web/static/js/**/*.js"],
    ignores: ["web/static/js/shared/api.js", "web/static/js/timeline/emojiImages.js"],
    rules: { "no-restricted-globals": ["error", { name: "fetch", message: "Ask through shared/api.js, which answers with a sentence." }] },
  },
  {
    files: ["web/static/js/**/*.js"],
    ignores: ["web/static/js/texts/*.js"],
    rules: { "no-restricted-syntax": ["error", ...TEXTS.map((selector) => ({ selector, message: "Texts that people read live in web/static/js/texts/." }))] },
  },
  { files: ["web/static/js/live/metronome.js"], languageOptions: { globals: globals.worker } },
  { files: ["web/static/js/shared/{theme,timeZone,returnHome}.js", "web/static/js/live/metronome.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/benchmarks/**/*.mjs"], languageOptions: { globals: globals.nodeBuiltin } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: { ...globals.nodeBuiltin, document: "readonly" } } },
];
