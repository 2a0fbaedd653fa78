/** What is learnt from the looks: a resting face alone, or a fit to all verdicts, and whether it shall be used. */

import { byId, say } from "../shared/dom.js";
import { post } from "../shared/api.js";

let report = null;

const buttons = () => ["fit-resting", "fit-all", "use", "use-not"].map(byId);

async function waiting(work, complain) {
  for (const button of buttons()) button.disabled = true;
  const answer = await work;
  for (const button of buttons()) button.disabled = false;
  complain(answer.error ?? null);
  return answer.error ? null : answer;
}

/** complain: what is told when something is refused; null takes it away. */
export function offerFit(complain) {
  const learn = async (form) => {
    const learnt = await waiting(post("/api/guided/fit", form), complain);
    if (learnt) show(learnt);
  };
  byId("fit-resting").addEventListener("click", () => learn({ only: "resting" }));
  byId("fit-all").addEventListener("click", () => learn({}));
  byId("use").addEventListener("click", () => use(complain));
  byId("use-not").addEventListener("click", () => settled("Nothing was changed. It is kept, if you want it later."));
}

/** Only what was shown can be learnt. */
export function showFit(kept) {
  byId("fit").hidden = kept.length === 0;
  byId("fit-resting").hidden = !kept.some(({ step }) => step === "neutral");
  byId("fit-all").hidden = !kept.some(({ step }) => step !== "neutral");
}

function show(learnt) {
  report = learnt;
  byId("fit-report").hidden = false;
  byId("fit-choice").hidden = learnt.in_effect;
  const resting = learnt.origin === "baseline";
  say(byId("fit-words"), learnt.in_effect ? `${learnt.words} It is in effect.` : learnt.words);
  say(byId("use"), resting ? "Take it into account from now on" : "Use this fit from now on");
  if (!learnt.in_effect) byId("use").focus();
}

async function use(complain) {
  const resting = report.origin === "baseline";
  const work = resting ? post("/api/resting", { on: "yes" }) : post("/api/fits", { version: report.version });
  if (!(await waiting(work, complain))) return;
  settled(resting ? "Your resting face is taken into account from now on." : `Fit ${report.version} is in effect from now on.`);
}

function settled(sentence) {
  byId("fit-choice").hidden = true;
  say(byId("fit-words"), sentence);
  byId("fit-title").focus();
}
