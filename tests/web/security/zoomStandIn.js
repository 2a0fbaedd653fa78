/** Stands in for Zoom's library: the calls, answers and events that its documentation names, and nothing of its code.
 * `zoomPlan` (set by the test before the page loads) says what this Zoom is like; `zoomCalls` is what it was asked, and
 * `zoomSays(event, data)` is Zoom speaking.
 */

const plan = (window.zoomPlan = { unsupported: [], refuses: {}, media: undefined, topic: "", ...window.zoomPlan });
const listeners = {};
let capabilities = null;

window.zoomCalls = [];
window.zoomSays = (event, data) => (listeners[event] ?? []).forEach((listener) => listener({ timestamp: 1635541516, ...data }));

function config(options) {
  capabilities = options.capabilities;
  return {
    clientVersion: "6.5.10.1",
    runningContext: "inMeeting",
    unsupportedApis: plan.unsupported,
    auth: { status: "authorized", upgradable: false },
    media: plan.media,
    product: "desktop",
  };
}

const answers = {
  config,
  getMeetingContext: () => ({ meetingTopic: plan.topic, meetingID: "01234567890" }),
  showNotification: () => ({ message: "Success" }),
};

/** Like Zoom's: an API has to be asked for in config, and offered by the client. */
function check(name) {
  if (plan.refuses[name]) throw new Error(plan.refuses[name]);
  if (name === "config") return;
  if (!capabilities?.includes(name)) throw new Error(`${name} was not asked for in config`);
  if (plan.unsupported.includes(name)) throw new Error(`${name} is not supported`);
}

async function call(name, options) {
  window.zoomCalls.push({ name, options });
  check(name);
  if (!(name in answers)) throw new Error(`${name} is unknown`);
  return answers[name](options);
}

function listen(name, listener) {
  check(name);
  (listeners[name] ??= []).push(listener);
}

/** Like Zoom's it answers to every name, `then` included: a promise that is given it never ends. */
export default new Proxy({}, { get: (_, name) => (...given) => (/^on/.test(name) ? listen : call)(name, ...given) });
