/** One stored session: its timeline as it was seen live, more closely on demand, its title and notes. */

/** @import { Figures } from "../shared/records.js" */

import "./keepSession.js";
import { byId, el, setText } from "../shared/dom.js";
import { fillPartialErase, offerPartialErase } from "./partialErase.js";
import { onRange, showTimeline } from "../timeline/timeline.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { autosave } from "../shared/autosave.js";
import { fetchRows } from "./storedRows.js";
import { gapSentence } from "./gapWords.js";
import { onSubmit } from "../shared/submit.js";
import { post } from "../shared/api.js";
import { SAVED } from "../texts/shared.js";
import { setBeginning } from "../shared/sessionTime.js";
import { setFaceNames } from "../timeline/faceNames.js";

const about = byId("about", HTMLFormElement);
const { session = "", faces, began, figures: figuresJson = "null", names = "{}" } = byId("session").dataset;
/** @type {Figures | null} */
const figures = JSON.parse(figuresJson);
setBeginning(began);
setFaceNames(JSON.parse(names));

autosave(about, saveAbout);
onSubmit(about, saveAbout);

const version = figures?.observations ?? 0;
onRedraw(() => showTimeline({ stored: session, id: session, version, allFaces: faces === "all", figures }));
redraw();

if (version) {
  // For its gaps; one row tells where it begins.
  const { rows, gaps } = await fetchRows(session, { points: 1, brief: true });
  const words = gapSentence(gaps);
  if (words) byId("legend").after(el("p", { class: "soft", id: "gaps" }, words));
  const begin = rows[0]?.t ?? 0;
  offerPartialErase(session);
  fillPartialErase([begin, begin + (figures?.seconds ?? 0)]);
  onRange(fillPartialErase);
}

/** Save title and notes; the request goes on even when the page is left meanwhile. */
async function saveAbout() {
  const { error, name } = await post(`/api/sessions/${session}`, new FormData(about), { keepalive: true });
  setText(byId("about-words"), error ?? SAVED);
  if (!error) setText(byId("name"), name);
}
