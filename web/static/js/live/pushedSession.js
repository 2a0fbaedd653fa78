/** Sessions that watch what this page pushes: it is opened before they begin or go on, and sent as long as they watch. */

/** @import { ShowProblem, State } from "../shared/records.js" */
/** @import { PushedVideo } from "./pushedVideo.js" */

import { ask, command } from "../shared/socket.js";
import { CAMERA_STOPPED, CAMERA_STOPPED_RESUME } from "../texts/live.js";
import { connectReturn, forgetCamera, rememberCamera } from "./cameraReturn.js";
import { isActive, state } from "../shared/state.js";
import { WINDOW_CLOSED, WINDOW_CLOSED_SHARE } from "../texts/callSources.js";
import { AWAY } from "../texts/shared.js";

/**
 * Why a session is paused when its video was taken away, and what the person can do, by the source.
 * @type {Record<string, { why: string, advice: string }>}
 */
const END_WORDS = {
  browser: { why: CAMERA_STOPPED, advice: CAMERA_STOPPED_RESUME },
  window: { why: WINDOW_CLOSED, advice: WINDOW_CLOSED_SHARE },
};

export class PushedSession {
  /**
   * @param {PushedVideo[]} videos that sessions of this page may watch
   * @param {ShowProblem} showProblem
   */
  constructor(videos, showProblem) {
    this.videos = videos;
    this.showProblem = showProblem;
    for (const video of videos) {
      video.onEnd = () => this.#pause(video);
      video.onRefusal = (sentence) => this.#refuse(sentence);
    }
  }

  /** What is open; one at most. */
  get open() {
    return this.videos.find(({ isOpen }) => isOpen) ?? null;
  }

  /**
   * Whether going on means that the person is asked what to share.
   * @param {State} now
   */
  mustBeShared({ source }) {
    return this.videos.some((video) => video.source === source && video.isAskedFor && !video.isOpen);
  }

  /** From now on a session that waits for this page goes on when it is back, as far as it can without asking. */
  connectReturn() {
    connectReturn(this.videos, this.showProblem);
  }

  /**
   * Ask for a session, with its video open if this page has it; resolves to null or to why not.
   * @param {string | null | undefined} source
   * @param {string} event
   * @param {...unknown} values
   */
  async command(source, event, ...values) {
    const video = this.videos.find((each) => each.source === source);
    const isThere = video?.isAskedFor && video.isOpen;
    const refusal = video && !isThere ? await video.open() : null;
    if (refusal !== null) return refusal;
    const { ok, error, camera: key } = await ask(event, ...values);
    if (ok) rememberCamera(key);
    else video?.close();
    return ok ? null : (error ?? AWAY);
  }

  /**
   * A camera's light is on only while it is watched, or waited for; a window stays shared during a pause, and nothing is sent.
   * @param {State} now
   */
  update({ kind, source, hz = 0, motion, camera_away: isAwaited }) {
    const video = this.open;
    if (!video || kind === "away" || isAwaited) return;
    const isSource = video.source === source && isActive({ kind });
    if (isSource && kind !== "paused") video.sendAt(hz, motion);
    else if (isSource && video.isAskedFor) video.rest();
    else {
      video.close();
      forgetCamera();
    }
  }

  /** @param {PushedVideo} video that was taken away */
  async #pause({ source }) {
    const { why, advice } = END_WORDS[source];
    if (state().source === source) await command("pause", why);
    this.showProblem(advice);
  }

  /**
   * Another page has taken the session over, or it ended in this moment.
   * @param {string} sentence
   */
  #refuse(sentence) {
    forgetCamera();
    if (isActive(state())) this.showProblem(sentence);
  }
}
