/** The small window of a browser without picture-in-picture: it gives itself to the page that opened it. */

import { byId } from "../shared/dom.js";

/** @type {Window | null} */
const page = window.opener;
if (page) page.dispatchEvent(new CustomEvent("smallview", { detail: window }));
else byId("small-words").hidden = false;
