/** The page: what is shown, and how its parts hear of each other. */

import { onCited } from "./answers.js";
import { get, post } from "./api.js";
import * as chat from "./chat.js";
import { at, clock, confirmed, tell } from "./dom.js";
import * as library from "./library.js";
import { go, onPlace, place, spanOf, takeToken } from "./place.js";
import * as player from "./player.js";
import * as tasks from "./tasks.js";
import * as timeline from "./timeline.js";

let drawn = null;

async function letIn() {
  const token = takeToken();
  if (token) await post("/session", { token });
  for (;;) {
    try {
      return await get("/server");
    } catch (error) {
      if (error.status !== 401) throw error;
      const given = await confirmed("This server asks for its token",
        "It stands in the address that `foretell serve` told when it started.", "Enter", "");
      if (given) await post("/session", { token: given }).catch((wrong) => tell(wrong.message));
    }
  }
}

/** Shows the video of the place, or the welcome. */
async function showVideo() {
  const one = library.videoOf(place().video);
  at("welcome").hidden = Boolean(one);
  at("stage").hidden = !one;
  for (const item of document.querySelectorAll("#videos [data-id]")) {
    item.firstChild.setAttribute("aria-current", String(item.dataset.id === one?.id));
  }
  document.title = one ? `${one.title} \u00b7 foretell` : "foretell";
  if (!one) return;
  at("video-title").textContent = one.title;
  at("video-facts").textContent = `${clock(one.duration)} s, ${one.width} \u00d7 ${one.height}`;
  player.show(one);
  const known = `${one.id} ${one.events} ${one.is_watched}`;
  if (drawn !== known) {
    drawn = known;
    try {
      const told = await get(`/videos/${one.id}/timeline`);
      if (place().video === one.id) timeline.draw(told);
    } catch (error) {
      tell(error.message);
    }
  }
}

function playPlace() {
  const span = spanOf(place().t);
  if (span && library.videoOf(place().video)) player.playSpan(span.start, span.end);
}

async function playCited(video, start, end) {
  const isOther = place().video !== video;
  go({ video, t: `${start},${end}` }, { silently: true });
  if (isOther) await showVideo();
  player.playSpan(start, end);
  if (matchMedia("(max-width: 700px)").matches) at("video").scrollIntoView({ block: "start" });
}

function listen() {
  onCited(playCited);
  timeline.onChosen(player.seek, (start, end) => playCited(place().video, start, end));
  player.onMoment(timeline.mark);
  onPlace(async (now, before) => {
    if (now.video !== before.video) await showVideo();
    if (now.t && (now.t !== before.t || now.video !== before.video)) playPlace();
    if (now.video !== before.video) openLibrary(false);
  });
  at("open-library").addEventListener("click", () =>
    openLibrary(!document.body.classList.contains("library")));
  document.addEventListener("keydown", press);
}

function openLibrary(is) {
  document.body.classList.toggle("library", is);
  at("open-library").setAttribute("aria-expanded", String(is));
  if (is) at("library").querySelector("button, label, input")?.focus();
}

function press(event) {
  if (event.key === "Escape") openLibrary(false);
  const isTyping = event.target.closest("input, textarea, select, button, video, canvas, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const video = at("video");
  const known = {
    "/": () => at("question").focus(),
    " ": () => (video.paused ? video.play() : video.pause()),
    ArrowLeft: () => player.seek(video.currentTime - 2),
    ArrowRight: () => player.seek(video.currentTime + 2),
  };
  if (!known[event.key]) return;
  event.preventDefault();
  known[event.key]();
}

async function begin() {
  listen();
  tasks.start();
  try {
    const server = await letIn();
    at("server").textContent = server.is_embedded ? "no language model" : server.model;
    await library.start(showVideo);
    if (!place().video && library.newest()) go({ video: library.newest() }, { silently: true });
    await showVideo();
    await chat.start();
    playPlace();
  } catch (error) {
    at("welcome").hidden = !at("stage").hidden;
    tell(error.message);
  }
}

begin();
