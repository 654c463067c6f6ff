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
  const rounded = Number(Math.max(0, seconds).toFixed(digits));
  const whole = Math.floor(rounded / 60);
  const rest = (rounded - 60 * whole).toFixed(digits);
  if (!whole) return rest;
  const padded = rest.padStart(digits ? 3 + digits : 2, "0");
  if (whole < 60) return `${whole}:${padded}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}:${padded}`;
}

/** Writes how long something is. */
export const length = (seconds, digits = 0) => `${clock(seconds, digits)}${seconds < 60 ? " s" : ""}`;

/** Writes a stretch of a video. */
export const stretch = (start, end) => `${clock(start)}\u2013${clock(end)}${end < 60 ? " s" : ""}`;

/** Writes how many of something there are. */
export const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

/** A kind of events, a tool or a source in words. */
export const inWords = (name) => name.replace(/_/g, " ").replace(/:/g, ", ");

/** A failure as a sentence: with a capital, unless it begins with a name, and a full stop. */
export function sentence(words) {
  const begun = /^[a-z]+ /.test(words) ? words[0].toUpperCase() + words.slice(1) : words;
  return /[.!?\u2026]$/.test(begun) ? begun : `${begun}.`;
}

/** Words in which what stands between backticks is code. */
export const prose = (words) => words.split(/`([^`\n]+)`/).map(
  (piece, n) => (n % 2 ? h("code", {}, piece) : piece));

/** Tells something that went wrong, for a while. */
export function tell(words) {
  const line = h("p", {}, h("span", {}, sentence(words)), h("button.icon", {
    type: "button", "aria-label": "Close", onclick: () => line.remove(),
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
  const dialog = at("dialog"), field = dialog.querySelector("input");
  dialog.querySelector("h2").textContent = head;
  dialog.querySelector("p").textContent = words;
  dialog.querySelector("p").hidden = !words;
  dialog.querySelector(".primary").textContent = verb;
  field.hidden = text === null;
  field.value = text ?? "";
  dialog.returnValue = "";
  at("dialog-no").onclick = () => dialog.close("");
  dialog.showModal();
  if (text === null) dialog.querySelector(".primary").focus();
  else field.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const agreed = dialog.returnValue === "yes";
      resolve(agreed ? (text === null ? "yes" : field.value.trim()) : null);
    }, { once: true });
  });
}
