/** Makes elements and writes times. All text from outside goes through `textContent`. */

/**
 * Makes an element.
 * @param {string} tag its name, with classes after dots, such as "p.quiet"
 * @param {object} given properties, `on…` listeners and `aria-…` or `data-…` attributes
 * @param {...(Node|string|null|undefined)} children what it holds; strings are text
 */
export function h(tag, given = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

/** Finds the one element of an id. */
export const at = (id) => document.getElementById(id);

/** Writes a second of a video, as short as it can be: 19.5, 1:02.0, 1:00:03. */
export function clock(seconds, digits = 1) {
  const whole = Math.floor(seconds / 60);
  const rest = (seconds - 60 * whole).toFixed(digits);
  if (!whole) return rest;
  const padded = rest.padStart(digits ? 3 + digits : 2, "0");
  if (whole < 60) return `${whole}:${padded}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}:${padded}`;
}

/** Writes a stretch of a video. */
export const stretch = (start, end) => `${clock(start)}\u2013${clock(end)}${end < 60 ? " s" : ""}`;

/** Writes how many of something there are. */
export const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

/** A kind of events in words. */
export const kindName = (kind) => kind.replace("_", " ");

/** Tells something that went wrong, for a while. */
export function tell(sentence) {
  const line = h("p", {}, sentence, h("button.icon", {
    "aria-label": "Close", onclick: () => line.remove(),
  }, "\u00d7"));
  at("told").append(line);
  setTimeout(() => line.remove(), 12000);
}

/**
 * Asks in a dialog; gives the text, "yes", or null where nobody agreed.
 * @param {string} head what it is about
 * @param {string} words what happens then
 * @param {string} verb what the button says
 * @param {?string} text what stands in the field; null for no field
 */
export function confirmed(head, words, verb, text = null) {
  const dialog = at("dialog");
  dialog.querySelector("h2").textContent = head;
  dialog.querySelector("p").textContent = words;
  dialog.querySelector(".primary").textContent = verb;
  const field = dialog.querySelector("input");
  field.hidden = text === null;
  field.value = text ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  if (text !== null) field.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const agreed = dialog.returnValue === "yes";
      resolve(agreed ? (text === null ? "yes" : field.value.trim()) : null);
    }, { once: true });
  });
}
