/** The videos of the library: listed, found, watched, renamed, forgotten. */

import { call, get, ofVideo, post } from "./api.js";
import { at, confirmed, count, h, inWords, length, sentence, tell } from "./dom.js";
import { go, onPlace, place } from "./place.js";
import { showRows } from "./rows.js";

const LOOK = 1000;
/** Milliseconds between two looks at what is being watched. */
const OPEN = ["queued", "running"];
const isOpen = (job) => Boolean(job) && OPEN.includes(job.state);

let listed = [], coming = [], words = "", looking = null, onKnown = () => {};

/** Starts the list; `known` is called whenever more is known of the video on show. */
export async function start(known) {
  onKnown = known;
  document.addEventListener("visibilitychange", () => !document.hidden && refresh().catch(again));
  onPlace((now, before) => now.video !== before.video && show());
  await refresh();
}

/** The video of an id, as the list has it. */
export const videoOf = (id) => listed.find((one) => one.id === id);

/** Every video, the last that came first. */
export const videos = () => listed;

/** The job that is to make a video known; undefined where there is none. */
export const comingOf = (id) => coming.find((job) => job.video === id);

/** Shows only the videos that are called so. */
export function find(title) {
  words = title.toLowerCase();
  show();
}

/** Reads the list anew, and looks again while something is being watched. */
export async function refresh() {
  clearTimeout(looking);
  const before = videoOf(place().video);
  ({ videos: listed, coming } = await get("/videos"));
  show();
  heard(before);
  lookAgain();
}

function heard(before) {
  const now = videoOf(place().video);
  if (now && (before?.events !== now.events || before.is_watched !== now.is_watched)) onKnown(now);
}

function lookAgain() {
  clearTimeout(looking);
  const jobs = [...listed.map((one) => one.job), ...coming];
  if (jobs.some(isOpen) && !document.hidden) looking = setTimeout(() => look().catch(again), LOOK);
}

function again() {
  clearTimeout(looking);
  looking = setTimeout(() => refresh().catch(again), 5 * LOOK);
}

/** Looks how far the open jobs are; reads the list where one begins or ends, or what is on show. */
async function look() {
  const open = [...listed.map((one) => one.job), ...coming].filter(isOpen);
  const { jobs } = await get("/jobs?limit=1000");
  const now = new Map(jobs.map((job) => [job.id, job]));
  if (coming.some(isOpen) || open.some((job) => now.get(job.id)?.state !== job.state)) return refresh();
  for (const one of listed) if (isOpen(one.job)) one.job = now.get(one.job.id);
  const before = videoOf(place().video);
  if (isOpen(before?.job)) {
    const told = await get(`/videos/${before.id}`);
    listed = listed.map((one) => (one.id === told.id ? told : one));
  }
  show();
  heard(before);
  lookAgain();
}

/** Shows the list as it is known. */
export function show() {
  const isCalledSo = (one) => one.title.toLowerCase().includes(words);
  const { video } = place();
  const rows = [
    ...coming.filter(isCalledSo).map((job) => [`job ${job.video}`, { job }]),
    ...listed.filter(isCalledSo).map((one) => [one.id, { one, isShown: one.id === video }]),
  ];
  const isEmpty = !listed.length && !coming.length;
  if (!rows.length) rows.push(["none", { none: isEmpty ? "None yet." : "No video is called so." }]);
  showRows(at("videos"), rows, row);
  showRows(at("first"), listed.length ? [] : coming.map((job) => [job.video, { job }]), row);
  const shown = videoOf(video);
  showRows(at("job"), state(shown?.job) ? [[video, { shown }]] : [], ({ shown: one }) =>
    h("li.row", {}, h("span.about", {}, state(one.job)), actions(one.job)));
  at("moments").previousElementSibling.hidden = isEmpty;
}

function row({ one, isShown, job, none }) {
  if (none) return h("li.quiet", {}, none);
  return job ? comingRow(job) : videoRow(one, isShown);
}

/** Does something, reads the list anew, and tells what went wrong. */
const doing = (what) => () => what().then(refresh).catch((error) => tell(error.message));

function videoRow(one, isShown) {
  const rename = async () => {
    const title = await confirmed("Rename the video", "", "Rename", one.title);
    if (title) await call("PATCH", `/videos/${one.id}`, { title });
    if (title && isShown) at("video-title").textContent = title;
  };
  const picture = one.thumbnails
    ? h("img", { src: ofVideo(one.id, "thumbnails/0"), alt: "", loading: "lazy", width: 76, height: 44 })
    : h("span.blank", { "aria-hidden": "true" });
  const facts = h("span.quiet", {}, `${length(one.duration)} \u00b7 ${count(one.events, "event")}`);
  return h("li.row", { "data-id": one.id },
    h("button.video", {
      type: "button", "aria-current": String(Boolean(isShown)),
      onclick: () => go({ video: one.id, t: undefined }),
    }, picture, h("span.about", {}, h("span.title", { title: one.title }, one.title), state(one.job) ?? facts)),
    actions(one.job),
    h("button.icon", { type: "button", "aria-label": `Rename ${one.title}`, title: "Rename", onclick: doing(rename) }, "\u270e"),
    h("button.icon", { type: "button", "aria-label": `Forget ${one.title}`, title: "Forget", onclick: doing(() => forget(one)) }, "\u00d7"));
}

function comingRow(job) {
  return h("li.row.coming-row", {},
    h("div.video", {}, h("span.about", {}, h("span.title", {}, job.title), state(job))), actions(job),
    isOpen(job) ? null : h("button.icon", {
      type: "button", "aria-label": `Forget ${job.title}`, title: "Forget",
      onclick: doing(() => call("DELETE", `/videos/${job.video}`)),
    }, "\u00d7"));
}

async function forget(one) {
  const told = `What is known of ${one.title} is deleted, and its file if it was sent here.`;
  if (!await confirmed("Forget the video?", told, "Forget")) return;
  await call("DELETE", `/videos/${one.id}`);
  if (place().video === one.id) go({ video: undefined, t: undefined, chat: undefined });
}

function state(job) {
  if (!job || job.state === "done") return null;
  if (job.state === "failed") return h("span.failed", {}, sentence(job.error));
  if (job.state === "cancelled") return h("span.quiet", {}, "stopped");
  const told = job.state === "queued" ? "waits its turn" : `watching: ${inWords(job.doing || "beginning")}`;
  return h("span.quiet", {}, told, h("progress", { max: 1, value: job.share, "aria-label": told }));
}

/** What can be done about a job: to stop it, or to watch again. */
function actions(job) {
  if (isOpen(job)) {
    const stop = doing(() => post(`/jobs/${job.id}/cancel`));
    return h("button.icon.act", { type: "button", "aria-label": `Stop watching ${job.title}`, title: "Stop", onclick: stop }, "\u25a0");
  }
  if (!job || job.state === "done") return null;
  const anew = doing(() => post(`/videos/${job.video}/watch`));
  const verb = job.state === "failed" ? "Try again" : "Go on";
  return h("button.act.small", { type: "button", "aria-label": `${verb}: ${job.title}`, onclick: anew }, verb);
}
