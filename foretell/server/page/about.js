/** What a conversation is about: the video on show, several of the library, or all of it. */

import { at, count, h } from "./dom.js";
import { videos } from "./library.js";
import { place } from "./place.js";

const WORDS = { video: "this video", some: "several videos\u2026", all: "the whole library" };
const NAMED = 3;
/** Titles that are told; of more, how many there are. */

let choice = "video", chosen = new Set(), drawn = "";

/** Shows what a conversation is about; without one, lets it be chosen. */
export function showAbout(chat) {
  const ids = videos().map((one) => one.id);
  const print = JSON.stringify([chat?.id, place().video, ids, choice]);
  if (print === drawn) return;
  drawn = print;
  at("about").hidden = ids.length < 2;
  if (ids.length < 2) choice = "video";
  at("about").replaceChildren(...(chat ? [told(chat)] : choosing()));
}

/**
 * The ids of the videos that the next conversation is about; none for the whole library.
 * @throws {Error} where several are wanted and none is chosen
 */
export function chosenVideos() {
  const { video } = place();
  if (choice === "all" || (choice === "video" && !video)) return [];
  if (choice === "video") return [video];
  const there = videos().map((one) => one.id).filter((id) => chosen.has(id));
  if (!there.length) throw new Error("Choose at least one video, or ask the whole library.");
  return there;
}

function told(chat) {
  const { length } = chat.videos;
  const isAll = length > 1 && length === videos().length;
  const titles = chat.videos.map((one) => one.title).join(", ");
  const words = isAll ? "the whole library" : length > NAMED ? count(length, "video") : titles;
  return h("p.quiet.line", { title: titles }, `About ${words}`);
}

function choosing() {
  const options = Object.entries(WORDS).map(
    ([value, words]) => h("option", { value, selected: value === choice }, words));
  const select = h("select", { id: "about-what", onchange: () => {
    choice = select.value;
    if (choice === "some" && !chosen.size) chosen = new Set([place().video]);
    showAbout(null);
    at("about-what").focus();
  } }, ...options);
  const label = h("label.quiet", { htmlFor: "about-what" }, "About");
  return choice === "some" ? [label, select, boxes()] : [label, select];
}

function boxes() {
  const box = (one) => h("label.box", {}, h("input", {
    type: "checkbox", checked: chosen.has(one.id),
    onchange: (event) => (event.target.checked ? chosen.add(one.id) : chosen.delete(one.id)),
  }), h("span", {}, one.title));
  return h("div.boxes", { role: "group", "aria-label": "Videos to ask about" }, ...videos().map(box));
}
