/** Where the page is: kept in the address, so that reloading, going back and links lead there. */

const NAMES = ["video", "chat", "t", "token"];
const listeners = [];
let now = read();

/** What is shown: `{video, chat, t}`, each an id or a span, or undefined. */
export const place = () => ({ ...now });

/**
 * Goes somewhere; what is not named stays, and `undefined` takes it away.
 * Another video or conversation is a place of its own, to which "back" leads.
 * @param {object} changes of `video`, `chat` and `t`
 * @param {{silently?: boolean, isNew?: boolean}} how `silently` calls no listener
 */
export function go(changes, { silently = false, isNew = !silently } = {}) {
  const before = now;
  now = { ...now, ...changes };
  const words = NAMES.filter((name) => now[name] !== undefined && now[name] !== null)
    .map((name) => `${name}=${encodeURIComponent(now[name]).replace(/%2C/g, ",")}`);
  const address = words.length ? `#${words.join("&")}` : location.pathname;
  const isElsewhere = isNew && (now.video !== before.video || now.chat !== before.chat);
  history[isElsewhere ? "pushState" : "replaceState"](null, "", address);
  if (!silently) listeners.forEach((one) => one(place(), before));
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
  const [start, end] = String(t ?? "").split(",").map((one) => (one === "" ? NaN : Number(one)));
  if (!Number.isFinite(start)) return null;
  return { start, end: Number.isFinite(end) ? end : undefined };
}

window.addEventListener("popstate", () => {
  const before = now;
  now = read();
  listeners.forEach((one) => one(place(), before));
});

function read() {
  const found = {};
  for (const word of location.hash.slice(1).split("&")) {
    const [name, value] = word.split("=");
    if (NAMES.includes(name) && value) found[name] = decoded(value);
  }
  return found;
}

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
