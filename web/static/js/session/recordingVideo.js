/** The video of a recording beside its timeline: a click on the timeline shows that moment of it. */

import { findById } from "../shared/dom.js";
import { onLook } from "../timeline/timeline.js";

const video = findById("recording-video", HTMLVideoElement);

onLook((t) => {
  if (video) video.currentTime = t;
});
