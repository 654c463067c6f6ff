/** The videos of the library: listed, found, sent, watched, forgotten. */

import { call, get, ofVideo, post, upload } from "./api.js";
import { at, clock, confirmed, count, h, kindName, tell } from "./dom.js";
import { go, place } from "./place.js";

const LOOK = 1000;
/** Milliseconds between two looks at what is being watched. */
const OPEN = ["queued", "running"];

let listed = [], coming = [], onKnown = () => {}, looking = null;

/** Starts the list; `known` is called with the video on show whenever more is known of it. */
export async function start(known) {
  onKnown = known;
  at("find").addEventListener("input", show);
  at("files").addEventListener("change", (event) => {
    send([...event.target.files]);
    event.target.value = "";
  });
  at("demo").addEventListener("click", demo);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    at("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) at("drop").hidden = true;
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    at("drop").hidden = true;
    send([...event.dataTransfer.files]);
  });
  document.addEventListener("visibilitychange", () => !document.hidden && refresh().catch(() => {}));
  await refresh();
}

/** The video of an id, as the list has it. */
export const videoOf = (id) => listed.find((one) => one.id === id);

/** The id of the video that came last; undefined where there is none. */
export const newest = () => listed[0]?.id;

/** Reads the list anew, and again while something is being watched. */
export async function refresh() {
  clearTimeout(looking);
  const before = new Map(listed.map((one) => [one.id, one]));
  ({ videos: listed, coming } = await get("/videos"));
  show();
  const { video } = place();
  const now = videoOf(video);
  const was = before.get(video);
  if (now && (!was || was.events !== now.events || was.is_watched !== now.is_watched)) onKnown(now);
  const isOpen = [...listed.map((one) => one.job), ...coming].some((job) => job && OPEN.includes(job.state));
  if (isOpen && !document.hidden) looking = setTimeout(() => refresh().catch(again), LOOK);
}

function again() {
  looking = setTimeout(() => refresh().catch(again), 5 * LOOK);
}

function show() {
  const words = at("find").value.trim().toLowerCase();
  const wanted = (one) => one.title.toLowerCase().includes(words);
  const rows = [...coming.filter(wanted).map(comingRow), ...listed.filter(wanted).map(row)];
  at("videos").replaceChildren(...rows);
  const isEmpty = !listed.length && !coming.length;
  if (!rows.length) at("videos").append(h("li.quiet", {}, isEmpty ? "None yet." : "No video is called so."));
  at("find").hidden = listed.length + coming.length < 2;
}

function row(one) {
  const act = (what) => () => what().then(refresh).catch((error) => tell(error.message));
  const rename = async () => {
    const title = await confirmed("Rename the video", "", "Rename", one.title);
    if (title) await call("PATCH", `/videos/${one.id}`, { title });
  };
  const forget = async () => {
    if (!await confirmed("Forget the video?", `${one.title}: what is known of it is deleted, and its file if it was sent here.`, "Forget")) return;
    await call("DELETE", `/videos/${one.id}`);
    if (place().video === one.id) go({ video: undefined, t: undefined });
  };
  const picture = h("img", {
    src: one.thumbnails ? ofVideo(one.id, "thumbnails/0") : undefined, alt: "", loading: "lazy",
    width: 72, height: 44,
  });
  return h("li.row", { "data-id": one.id },
    h("button.video", {
      type: "button", "aria-current": String(place().video === one.id),
      onclick: () => go({ video: one.id, t: undefined }),
    }, picture, h("span.about", {}, h("span.title", {}, one.title), state(one.job) ??
      h("span.quiet", {}, `${clock(one.duration, 0)}${one.duration < 60 ? " s" : ""} \u00b7 ${count(one.events, "event")}`))),
    one.job && OPEN.includes(one.job.state) ? stopButton(one.job) : null,
    h("button.icon", { type: "button", "aria-label": `Rename ${one.title}`, onclick: act(rename) }, "\u270e"),
    h("button.icon", { type: "button", "aria-label": `Forget ${one.title}`, onclick: act(forget) }, "\u00d7"));
}

function comingRow(job) {
  return h("li.row", {}, h("div.video", {}, h("span.about", {}, h("span.title", {}, job.title), state(job))),
    OPEN.includes(job.state) ? stopButton(job) : null);
}

function state(job) {
  if (!job || job.state === "done") return null;
  if (job.state === "failed") return h("span.failed", {}, job.error);
  if (job.state === "cancelled") {
    const again = () => post(`/videos/${job.video}/watch`).then(refresh).catch((error) => tell(error.message));
    return h("span.quiet", {}, "stopped ", h("button.link", { type: "button", onclick: again }, "go on"));
  }
  const doing = job.state === "queued" ? "waits" : `watching: ${kindName(job.doing || "beginning")}`;
  return h("span.quiet", {}, doing, h("progress", { max: 1, value: job.share, "aria-label": doing }));
}

function stopButton(job) {
  const stop = () => post(`/jobs/${job.id}/cancel`).then(refresh).catch((error) => tell(error.message));
  return h("button.icon", { type: "button", "aria-label": `Stop watching ${job.title}`, onclick: stop }, "\u25a0");
}

async function demo() {
  at("demo").disabled = true;
  try {
    const begun = await post("/videos/demo");
    await arrive(begun.id);
  } catch (error) {
    tell(error.message);
  }
  at("demo").disabled = false;
}

async function send(files) {
  for (const file of files) {
    const bar = h("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
    const going = upload(file, (share) => { bar.value = share; });
    const line = h("li.row", {}, h("span.about", {}, h("span.title", {}, file.name), bar),
      h("button.icon", { type: "button", "aria-label": `Stop sending ${file.name}`, onclick: going.stop }, "\u25a0"));
    at("sending").append(line);
    try {
      await arrive((await going.done).id);
    } catch (error) {
      if (error.name !== "AbortError") tell(`${file.name}: ${error.message}`);
    }
    line.remove();
  }
}

/** Shows a video that was sent as soon as something is known of it. */
async function arrive(id) {
  await refresh();
  for (let tries = 0; tries < 60 && !videoOf(id); tries++) {
    const job = coming.find((one) => one.video === id);
    if (job?.state === "failed") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
    await refresh();
  }
  if (videoOf(id)) go({ video: id, t: undefined });
}
