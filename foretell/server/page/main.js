/** The page: what is shown, and how its parts hear of each other. */

import { onCited } from "./answers.js";
import { get, post } from "./api.js";
import * as chat from "./chat.js";
import * as conversations from "./conversations.js";
import { at, confirmed, length, tell } from "./dom.js";
import * as events from "./events.js";
import * as keys from "./keys.js";
import * as library from "./library.js";
import { go, onPlace, place, spanOf, takeToken } from "./place.js";
import * as player from "./player.js";
import * as search from "./search.js";
import * as sending from "./sending.js";
import * as tasks from "./tasks.js";
import * as timeline from "./timeline.js";

const PHONE = matchMedia("(max-width: 700px)");
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
  document.title = one ? `${one.title} \u00b7 foretell` : "foretell";
  if (!one) {
    drawn = null;
    return player.clear();
  }
  at("video-title").textContent = one.title;
  at("video-facts").textContent = [length(one.duration, 1), `${one.width} \u00d7 ${one.height}`, one.codec].filter(Boolean).join(" \u00b7 ");
  player.show(one);
  const known = `${one.id} ${one.events} ${one.thumbnails} ${one.is_watched}`;
  if (drawn === known) return;
  drawn = known;
  try {
    const [told, pictures] = await Promise.all([
      get(`/videos/${one.id}/timeline`), get(`/videos/${one.id}/thumbnails`)]);
    if (place().video !== one.id) return;
    timeline.draw(told, pictures.seconds);
    events.draw(told);
  } catch (error) {
    drawn = null;
    tell(error.message);
  }
}

/** Goes to the span of the place; a page that just opened plays nothing unasked. */
function showSpan(isPlayed) {
  const span = spanOf(place().t);
  if (span && library.videoOf(place().video)) player.playSpan(span.start, span.end, isPlayed);
}

async function playCited(video, start, end) {
  const isOther = place().video !== video;
  const stays = !isOther || chat.isAbout(video);
  go({ video, t: `${start},${end}`, ...(stays ? {} : { chat: undefined }) }, { silently: true, isNew: isOther });
  if (isOther) {
    library.show();
    conversations.show();
    await showVideo();
    chat.follow();
  }
  openLibrary(false);
  player.playSpan(start, end);
  if (PHONE.matches && !isOther) at("video").scrollIntoView({ block: "nearest" });
}

function listen() {
  onCited(playCited);
  timeline.onChosen(player.seek, (start, end) => playCited(place().video, start, end));
  events.start((start, end) => playCited(place().video, start, end));
  player.onMoment(timeline.mark);
  player.onMoment(events.mark);
  player.onStretch(timeline.markSpan);
  onPlace(async (now, before) => {
    if (now.video !== before.video) {
      openLibrary(false);
      await showVideo();
    }
    if (now.t && (now.t !== before.t || now.video !== before.video)) showSpan(true);
  });
  at("open-library").addEventListener("click", () =>
    openLibrary(!document.body.classList.contains("library")));
  at("shade").addEventListener("click", () => openLibrary(false));
}

/** Opens the library where it is a drawer. */
function openLibrary(is) {
  const isDrawer = at("open-library").offsetParent !== null;
  if (is && !isDrawer || is === document.body.classList.contains("library")) return;
  document.body.classList.toggle("library", is);
  at("open-library").setAttribute("aria-expanded", String(is));
  at("shade").hidden = !is;
  if (is) at("find").focus();
  else if (at("library").contains(document.activeElement)) at("open-library").focus();
}

async function begin() {
  listen();
  chat.listen();
  tasks.start();
  search.start();
  sending.start();
  keys.start(openLibrary);
  try {
    const server = await letIn();
    at("server").textContent = server.is_embedded ? "embedded planner" : server.model;
    at("server").title = server.is_embedded ? "Answers without a language model" : "The language model that answers";
    await library.start(showVideo);
    const [newest] = library.videos();
    if (!library.videoOf(place().video) && newest) go({ video: newest.id, t: undefined }, { silently: true });
    library.show();
    await Promise.all([showVideo(), chat.start(), conversations.start()]);
    showSpan(false);
  } catch (error) {
    at("welcome").hidden = !at("stage").hidden;
    tell(error.message);
    chat.giveUp();
  }
}

begin();
