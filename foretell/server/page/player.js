/** Plays a video, and exactly the stretch of it that somebody cites. */

import { get, ofVideo, post } from "./api.js";
import { at } from "./dom.js";

const NUDGE = 0.001;
/** Seconds: Chromium shows the frame before for a third of exact times, and the right one 1 ms on. */

const video = at("video");
const note = at("screen-note");
let shown = null;
let ends = null;
let hurried = 0;

/** Shows a video of the library, unless it is shown. */
export function show(one) {
  if (shown?.id === one.id) return;
  shown = one;
  ends = null;
  say("");
  video.poster = one.thumbnails ? ofVideo(one.id, "thumbnails/0") : "";
  if (one.has_file) load(ofVideo(one.id, "file"));
  else {
    video.removeAttribute("src");
    video.load();
    say("The file was moved or deleted; its timeline can still be asked about.");
  }
}

/** The moment on show, in seconds. */
export const moment = () => video.currentTime;

/** Calls a function with the moment whenever it changes. */
export function onMoment(listener) {
  video.addEventListener("timeupdate", () => listener(video.currentTime));
  video.addEventListener("seeking", () => listener(video.currentTime));
}

/** Goes to a moment and stays there. */
export function seek(seconds) {
  ends = null;
  video.currentTime = Math.max(0, seconds);
}

/** Plays from one moment to another, and stops there. */
export async function playSpan(start, end) {
  const mine = ++hurried;
  await ready();
  if (mine !== hurried) return;
  video.pause();
  video.currentTime = start;
  await new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  if (mine !== hurried) return;
  ends = end ?? null;
  nextFrame((time) => {
    if (mine === hurried && time < start - NUDGE / 2 && video.currentTime <= start) {
      video.currentTime = start + NUDGE;
    }
  });
  if (ends !== null) {
    watchEnd(mine);
    video.play().catch(() => {});
  }
}

function watchEnd(mine, last = null) {
  nextFrame((time) => {
    if (mine !== hurried || ends === null) return;
    const frame = last === null ? 0 : Math.min(0.1, Math.max(0, time - last));
    if (time >= ends - frame) {
      video.pause();
      ends = null;
    } else watchEnd(mine, time);
  });
}

function nextFrame(listener) {
  if (video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback((_, frame) => listener(frame.mediaTime));
  } else {
    video.addEventListener("timeupdate", () => listener(video.currentTime), { once: true });
  }
}

function ready() {
  if (video.readyState >= 1) return Promise.resolve();
  return new Promise((resolve) => video.addEventListener("loadedmetadata", resolve, { once: true }));
}

function load(source) {
  video.src = source;
  video.load();
}

function say(words) {
  note.textContent = words;
  note.hidden = !words;
}

/** Makes and plays a copy where the browser cannot play the file. */
async function playCopy() {
  const one = shown;
  if (!one || video.src.endsWith("/playable")) {
    if (one) say("This browser plays neither the file nor the copy that was made of it.");
    return;
  }
  say("This browser does not play the file; a copy that it plays is being made.");
  try {
    let job = await post(`/videos/${one.id}/playable`);
    while (shown === one && ["queued", "running"].includes(job.state)) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      job = await get(`/jobs/${job.id}`);
      if (job.share) say(`A copy that this browser plays is being made: ${Math.round(job.share * 100)} %`);
    }
    if (shown !== one) return;
    if (job.state !== "done") throw new Error(job.error || "The copy was not made.");
    load(ofVideo(one.id, "playable"));
    say("You see a copy: the file itself is in a form that this browser does not play.");
  } catch (error) {
    if (shown === one) say(error.message);
  }
}

video.addEventListener("error", () => video.getAttribute("src") && playCopy());
video.addEventListener("loadeddata", () => {
  if (video.videoWidth === 0) playCopy(); // sound plays, pictures do not, and no error comes
});
video.addEventListener("seeking", () => {
  if (ends !== null && video.currentTime > ends) ends = null;
});
