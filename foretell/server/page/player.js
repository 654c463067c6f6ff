/** Plays a video, and exactly the stretch of it that somebody cites. */

import { get, ofVideo, post } from "./api.js";
import { at, h, inWords, sentence } from "./dom.js";

const NUDGE = 0.001;
/** Seconds: Chromium shows the frame before for a third of exact times, and the right one 1 ms on. */
const SETTLED = 25;
/** Milliseconds after a seek by which its frame was told of. */
const LOOK = 700;
/** Milliseconds between two looks at how far a copy is. */

const video = at("video"), note = at("screen-note");
let shown = null, span = null, ends = null, turn = 0;
let frame = null, step = null, listeners = [], onSpan = () => {};

/** Shows a video of the library, unless it is shown. */
export function show(one) {
  if (shown?.id === one.id) return;
  shown = one;
  leave();
  step = null;
  say();
  video.poster = "";
  if (one.has_file) load(ofVideo(one.id, "file"));
  else {
    showPicture();
    video.removeAttribute("src");
    video.load();
    say("The file was moved or deleted. Its timeline can still be asked about.");
  }
}

/** Shows none. */
export function clear() {
  leave();
  shown = null;
  video.removeAttribute("src");
  video.load();
}

/** The moment on show, in seconds. */
export const moment = () => video.currentTime;

/** Calls a function with the moment whenever it changes, and whether the video plays. */
export const onMoment = (listener) => listeners.push(listener);

/** Calls a function with the stretch that is played, and with null when it is left. */
export const onStretch = (listener) => { onSpan = listener; };

/** Plays or pauses. */
export const toggle = () => (video.paused ? video.play().catch(() => {}) : video.pause());

/** Goes to a moment and stays there. */
export function seek(seconds) {
  leave();
  video.currentTime = Math.max(0, seconds);
}

/**
 * Goes to a moment, exactly, and plays until another.
 * @param {number} start in seconds
 * @param {?number} end where to stop; nothing is played without
 * @param {boolean} isPlayed false only goes there: playing it stops at the end, too
 */
export async function playSpan(start, end, isPlayed = true) {
  const mine = ++turn;
  [span, ends] = [{ start, end }, null];
  onSpan(end === undefined ? null : span);
  await loaded();
  if (mine !== turn) return;
  video.pause();
  await land(start);
  if (mine === turn && isFrameBefore(start)) await nudged(start, mine);
  if (mine !== turn || end === undefined) return;
  ends = end;
  if (isPlayed && end > start) video.play().catch(() => {});
}

/** Where the frame before is on show: a millisecond further, unless that shows the same one. */
async function nudged(start, mine) {
  const before = frame;
  await land(start + NUDGE);
  if (mine === turn && frame === before) await land(start);
}

const isFrameBefore = (start) =>
  frame !== null && frame < start - 5e-6 && (step === null || start - frame > step - NUDGE);

function land(seconds) {
  return new Promise((resolve) => {
    video.addEventListener("seeked", () => setTimeout(resolve, SETTLED), { once: true });
    video.currentTime = seconds;
  });
}

/** Leaves the stretch that is played, wherever it is. */
function leave() {
  turn++;
  [span, ends] = [null, null];
  onSpan(null);
}

function watchFrames() {
  video.requestVideoFrameCallback((_, told) => {
    const apart = told.mediaTime - (frame ?? told.mediaTime);
    frame = told.mediaTime;
    if (!video.paused && apart > NUDGE && apart < 0.5) step = Math.min(step ?? apart, apart);
    if (ends !== null && !video.paused && frame >= ends - (step ?? 0) - 1e-6) stop();
    tellMoment();
    watchFrames();
  });
}

function stop() {
  video.pause();
  ends = null;
}

const tellMoment = () => listeners.forEach((one) => one(video.currentTime, !video.paused));

function loaded() {
  if (video.readyState >= 1) return Promise.resolve();
  return new Promise((resolve) => video.addEventListener("loadedmetadata", resolve, { once: true }));
}

function load(source) {
  frame = null;
  video.src = source;
  video.load();
}

/** Shows a small picture where there is nothing to play. */
function showPicture() {
  video.poster = shown.thumbnails ? ofVideo(shown.id, "thumbnails/0") : "";
}

function say(words = "", ...more) {
  note.replaceChildren(words, ...more);
  note.hidden = !words;
}

/** Makes and plays a copy where the browser cannot play the file. */
async function playCopy() {
  const one = shown;
  if (!one) return;
  if (video.src.endsWith("/playable")) return say("This browser plays neither the file nor the copy that was made of it.");
  showPicture();
  say("This browser does not play the file. A copy that it plays is being made\u2026");
  try {
    let job = await post(`/videos/${one.id}/playable`);
    while (shown === one && ["queued", "running"].includes(job.state)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      job = await get(`/jobs/${job.id}`);
      const doing = job.state === "queued" ? "waits its turn" : `is being made: ${Math.round(job.share * 100)} %`;
      if (shown === one) say(`This browser does not play the file. A copy that it plays ${doing}`);
    }
    if (shown !== one) return;
    if (job.state !== "done") throw new Error(job.error || "The copy was not made");
    video.poster = "";
    load(ofVideo(one.id, "playable"));
    say(`You see a copy: the file itself${one.codec ? `, ${inWords(one.codec)},` : ""} is in a form that this browser does not play.`);
    if (span) playSpan(span.start, span.end, false);
  } catch (error) {
    if (shown === one) say(`${sentence(error.message)} `, h("button.link", { type: "button", onclick: playCopy }, "Try again"));
  }
}

if (video.requestVideoFrameCallback) watchFrames();
video.addEventListener("error", () => video.getAttribute("src") && playCopy());
video.addEventListener("loadeddata", () => {
  if (video.videoWidth === 0) playCopy(); // sound plays, pictures do not, and no error comes
});
video.addEventListener("timeupdate", () => {
  if (ends !== null && video.currentTime >= ends) stop(); // no frame is told of in a hidden tab
  tellMoment();
});
video.addEventListener("seeking", () => {
  const at = video.currentTime;
  if (span && (at < span.start - NUDGE || at > (span.end ?? at) + NUDGE)) leave();
  tellMoment();
});
