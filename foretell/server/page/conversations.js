/** The list of conversations: resumed, renamed, deleted. */

import { call, get } from "./api.js";
import { at, confirmed, h, tell } from "./dom.js";
import { go, onPlace, place } from "./place.js";
import { showRows } from "./rows.js";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

let listed = [];

/** Starts the list. */
export function start() {
  onPlace((now, before) => now.chat !== before.chat && show());
  return refresh();
}

/** Reads the list anew. */
export async function refresh() {
  ({ conversations: listed } = await get("/conversations"));
  show();
}

/** Marks the conversation that is open. */
export function show() {
  const { chat } = place();
  const rows = listed.map((one) => [one.id, { one, isOpen: one.id === chat }]);
  if (!rows.length) rows.push(["none", {}]);
  showRows(at("chats"), rows, row);
}

function row({ one, isOpen }) {
  if (!one) return h("li.quiet", {}, "None yet.");
  const rename = async () => {
    const title = await confirmed("Rename the conversation", "", "Rename", one.title);
    if (title) await call("PATCH", `/conversations/${one.id}`, { title });
  };
  const remove = async () => {
    if (!await confirmed("Delete the conversation?", one.title, "Delete")) return;
    await call("DELETE", `/conversations/${one.id}`);
    if (place().chat === one.id) go({ chat: undefined });
  };
  const doing = (what) => () => what().then(refresh).catch((error) => tell(error.message));
  return h("li.row", { "data-id": one.id },
    h("button.name", { type: "button", "aria-current": String(isOpen), onclick: () => go({ chat: one.id }) },
      h("span.title", { title: one.title }, one.title), h("span.quiet", {}, when(one.started))),
    h("button.icon", { type: "button", "aria-label": `Rename ${one.title}`, title: "Rename", onclick: doing(rename) }, "\u270e"),
    h("button.icon", { type: "button", "aria-label": `Delete ${one.title}`, title: "Delete", onclick: doing(remove) }, "\u00d7"));
}

function when(started) {
  const then = new Date(started);
  return then.toDateString() === new Date().toDateString() ? HOUR.format(then) : DAY.format(then);
}
