/** The events of a timeline as a list: to read, to filter by kind, to search; a click plays one. */

import { at, h, inWords, stretch } from "./dom.js";

const ROWS = 150;
/** Lines that are made at a time. */
const ORDER = ["action", "caption", "object", "speech", "voice", "screen_text", "scene", "look"];

let events = [], shown = [], kinds = new Set(), most = ROWS, video = "", onPlay = () => {};

/** Starts the list. */
export function start(play) {
  onPlay = play;
  at("find-event").addEventListener("input", () => { most = ROWS; list(); });
  at("more-events").addEventListener("click", () => { most += ROWS; list(); });
}

/** Shows the events of a timeline. */
export function draw(timeline) {
  events = timeline.events;
  if (video !== timeline.video.id) {
    video = timeline.video.id;
    kinds = new Set();
    most = ROWS;
    at("find-event").value = "";
  }
  const there = ORDER.filter((kind) => events.some((one) => one.kind === kind));
  at("kinds").replaceChildren(...(there.length > 1 ? there.map(chip) : []));
  at("find-event").hidden = !events.length;
  list();
}

/** Marks what happens at a moment. */
export function mark(seconds) {
  for (const { event, row } of shown) {
    const is = event.start <= seconds && seconds < event.end;
    if (row.isNow !== is) row.classList.toggle("now", (row.isNow = is));
  }
}

function chip(kind) {
  const toggle = ({ currentTarget }) => {
    if (!kinds.delete(kind)) kinds.add(kind);
    currentTarget.setAttribute("aria-pressed", String(kinds.has(kind)));
    most = ROWS;
    list();
  };
  return h("button.chip", {
    type: "button", "aria-pressed": String(kinds.has(kind)), "data-kind": kind, onclick: toggle,
  }, inWords(kind));
}

function list() {
  const words = at("find-event").value.trim().toLowerCase();
  const wanted = events.filter((one) => (!kinds.size || kinds.has(one.kind)) &&
    (!words || one.text.toLowerCase().includes(words)));
  shown = wanted.slice(0, most).map((event) => ({ event, row: rowOf(event) }));
  at("events").replaceChildren(...shown.map((one) => one.row));
  if (!wanted.length) {
    at("events").append(h("li.quiet", {}, events.length ? "Nothing like that." : "Nothing is known of it yet."));
  }
  at("more-events").hidden = wanted.length <= most;
  at("more-events").textContent = `Show more of ${wanted.length}`;
}

function rowOf(event) {
  return h("li", { "data-start": event.start, "data-end": event.end }, h("button.event", {
    type: "button", onclick: () => onPlay(event.start, event.end),
  }, h("span.time", {}, stretch(event.start, event.end)),
  h("span.kind", { "data-kind": event.kind }, inWords(event.kind)),
  h("span.words", {}, event.text)));
}
