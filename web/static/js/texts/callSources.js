/** What the page Call says of where a call's picture comes from: a shared window, a part of the screen, Zoom. */

// A shared window

export const CANNOT_SHARE = "This browser shares no windows. Open Mien in Chrome, Edge or Firefox on this machine, or choose a part of the screen.";
export const NOTHING_SHARED = "Nothing was shared. Choose the window of your call when the browser asks; a Mac may first want you to allow the browser to record the screen.";
export const NO_WINDOW_TO_SHARE = "The browser found no window to share. Open your call first.";
export const SYSTEM_SHARES_NOTHING = "The system does not let the browser see this window. Choose another one, or the whole screen.";
export const sharingRefused = (/** @type {string} */ message) => `The browser did not share a window (${message}).`;
/** Why a session is paused, for the state line. */
export const WINDOW_CLOSED = "the shared window was closed";
export const WINDOW_CLOSED_SHARE = "The shared window was closed, or you ended sharing. Press Share again to go on.";
export const SHARE_AGAIN = "Share again";

// A part of the screen

export const monitor = (/** @type {number} */ number) => `Monitor ${number}`;
