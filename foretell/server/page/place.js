/** Where the page is: kept in the address, so that reloading and links lead back to it. */

const listeners = [];
let now = read();

/** What is shown: `{video, chat, t}`, each an id or a span, or undefined. */
export const place = () => ({ ...now });

/** Goes somewhere; what is not named stays, and `undefined` takes it away. */
export function go(changes, { silently = false } = {}) {
  const before = now;
  now = { ...now, ...changes };
  const words = Object.entries(now).filter(([, value]) => value !== undefined && value !== null);
  const hash = words.map(([name, value]) => `${name}=${value}`).join("&");
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
  if (!silently) listeners.forEach((one) => one(now, before));
}

/** Calls a function with what is shown and what was, whenever that changes. */
export const onPlace = (listener) => listeners.push(listener);

/** Takes the token out of the address, where it must not stay. */
export function takeToken() {
  const { token } = now;
  if (token) go({ token: undefined }, { silently: true });
  return token;
}

/** The start and end that a place names, such as "22,24"; null without. */
export function spanOf(t) {
  const [start, end] = String(t ?? "").split(",").map(Number);
  if (!Number.isFinite(start) || t === undefined) return null;
  return { start, end: Number.isFinite(end) ? end : undefined };
}

window.addEventListener("hashchange", () => {
  const before = now;
  now = read();
  listeners.forEach((one) => one(now, before));
});

function read() {
  const found = {};
  for (const word of location.hash.slice(1).split("&")) {
    const [name, value] = word.split("=");
    if (["video", "chat", "t", "token"].includes(name) && value) {
      found[name] = decodeURIComponent(value);
    }
  }
  return found;
}
