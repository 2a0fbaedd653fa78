/** The video of a recording beside its timeline: a click on the timeline shows that moment of it, and a line where it is. */

import { atMostEvery, onRedraw, redraw } from "../shared/redraw.js";
import { onLook, showPlaying } from "../timeline/timeline.js";
import { findById } from "../shared/dom.js";

/** Milliseconds between two places of the line: browsers tell the time of a video up to 66 times a second. */
const PAUSE = 250;
const video = findById("recording-video", HTMLVideoElement);

if (video) {
  const follow = atMostEvery(() => showPlaying(video.currentTime), PAUSE);
  onLook((t) => {
    video.currentTime = t;
  });
  // Before it has moved there is nothing to follow.
  video.addEventListener("timeupdate", () => onRedraw(follow), { once: true });
  for (const event of ["timeupdate", "seeked"]) video.addEventListener(event, redraw);
}
