/** A conversation: questions, and answers that come word by word. */

import { chosenVideos, showAbout } from "./about.js";
import { answered, step } from "./answers.js";
import { get, post, streamed } from "./api.js";
import * as conversations from "./conversations.js";
import { at, count, h, sentence, tell } from "./dom.js";
import { go, onPlace, place } from "./place.js";

const LABELS = /\s?\[e\d+\]/gi;
/** Raw citations of a model that is still writing; the checked ones come with the answer. */
const IDEAS = ["What happens in this video?", "How many shots are there?", "What is said at the end?"];
const NEAR = 80;
/** Pixels from the end within which what comes is followed. */

let chat = null, asking = null, opened = 0, begin = null;
const begun = new Promise((resolve) => { begin = resolve; });

/** Takes questions from now on; they are asked once the page knows its place. */
export function listen() {
  at("asking").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  at("question").addEventListener("input", grow);
  at("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  at("stop").addEventListener("click", stop);
  at("new-chat").addEventListener("click", () => {
    go({ chat: undefined });
    at("tab-ask").click();
    at("question").focus();
  });
  onPlace(follow);
}

/** Opens the conversation of the place, or lets one begin. */
export async function start() {
  await (place().chat ? open(place().chat) : ideas());
  begin();
}

/** Takes questions although the page could not be begun. */
export const giveUp = () => begin();

/** Stops the answer that is coming; gives whether there was one. */
export function stop() {
  asking?.abort();
  return asking !== null;
}

/** Whether the open conversation may stay while a video is on show. */
export const isAbout = (video) => Boolean(asking) || !chat || chat.videos.some((one) => one.id === video);

/** Opens the conversation of the place, or lets another begin. */
export function follow(now = place(), before = {}) {
  if (now.chat !== chat?.id) return now.chat ? open(now.chat) : ideas();
  if (now.chat && now.video && now.video !== before.video && !isAbout(now.video)) return go({ chat: undefined }, { isNew: false });
  if (!now.chat && !asking) ideas();
  showAbout(chat);
}

async function open(id) {
  const mine = ++opened;
  asking?.abort();
  chat = null;
  at("turns").replaceChildren();
  try {
    const told = await get(`/conversations/${encodeURIComponent(id)}`);
    if (mine !== opened) return;
    chat = told;
  } catch (error) {
    if (mine !== opened) return;
    if (error.status !== 404) return at("turns").append(h("p.failed", {}, sentence(error.message)));
    tell(error.message);
    return go({ chat: undefined }, { isNew: false });
  }
  if (!isAbout(place().video) && chat.videos.length) go({ video: chat.videos[0].id, t: undefined }, { isNew: false });
  chat.turns.forEach((turn, n) => at("turns").append(asked(turn.question), answered(turn.answer, page(n))));
  at("turns").scrollTop = at("turns").scrollHeight;
  showAbout(chat);
}

/** Shows what one could ask. */
function ideas() {
  opened++;
  asking?.abort();
  chat = null;
  const button = (words) => h("button.idea", { type: "button", onclick: () => send(words) }, words);
  at("turns").replaceChildren(...(place().video ? [h("div.ideas", {},
    h("p.quiet", {}, "Ask anything about it, for example"), ...IDEAS.map(button))] : []));
  showAbout(null);
}

const page = (number) => `/api/v1/conversations/${chat.id}/turns/${number}/page`;
const asked = (question) => h("p.asked", {}, question);

async function send(words = at("question").value.trim()) {
  await begun;
  if (!words || asking) return;
  const mine = new AbortController();
  asking = mine;
  at("question").value = "";
  grow();
  busy(true);
  if (!chat) at("turns").replaceChildren();
  const coming = h("div.coming", { "aria-hidden": "true" }, h("ol.doing"), h("p.words"));
  at("turns").append(asked(words), coming);
  coming.scrollIntoView({ block: "nearest" });
  try {
    chat ??= await newChat(mine.signal);
    await answerInto(coming, words, mine.signal);
    conversations.refresh().catch(() => {});
  } catch (error) {
    failed(coming, error, words);
  } finally {
    if (asking === mine) asking = null;
    busy(false);
  }
}

/** Says why there is no answer, and gives the question back to who asked it. */
function failed(coming, error, words) {
  const isStopped = error.name === "AbortError";
  coming.replaceWith(h("p.failed", {}, isStopped ? "Stopped." : sentence(error.message)));
  if (!at("question").value) at("question").value = words;
  grow();
  if (error.status === 404) {
    chat = null;
    go({ chat: undefined }, { silently: true });
    showAbout(null);
  }
}

async function newChat(signal) {
  const told = await post("/conversations", { videos: chosenVideos() }, signal);
  go({ chat: told.id }, { silently: true, isNew: true });
  conversations.show();
  showAbout(told);
  return told;
}

async function answerInto(coming, words, signal) {
  const [doing, said] = coming.children;
  const path = `/conversations/${chat.id}/questions/stream`;
  let open = null, reply = null;
  for await (const [name, data] of streamed(path, { question: words }, signal)) {
    const isNear = at("turns").scrollHeight - at("turns").scrollTop - at("turns").clientHeight < NEAR;
    if (name === "tool_started") {
      open = step(data.tool, data.arguments);
      doing.append(open.line);
    } else if (name === "tool_finished") open?.ended(data);
    else if (name === "text") {
      if (reply !== data.reply) said.textContent = "";
      reply = data.reply;
      said.textContent = (said.textContent + data.text).replace(LABELS, "");
    } else if (name === "answer") return finished(coming, data);
    else if (name === "error") throw new Error(data.detail);
    if (isNear) at("turns").scrollTop = at("turns").scrollHeight;
  }
  throw new Error("The answer broke off. Ask again.");
}

function finished(coming, answer) {
  const made = answered(answer, page(at("turns").querySelectorAll(".answer").length));
  const [doing] = coming.children;
  if (doing.children.length) {
    made.append(h("details.how", {}, h("summary", {}, `How: ${count(doing.children.length, "step")}`), doing));
  }
  coming.replaceWith(made);
  made.previousElementSibling.scrollIntoView({ block: "start" });
}

function busy(is) {
  at("stop").hidden = !is;
  at("send").hidden = is;
}

function grow() {
  const field = at("question");
  field.style.height = "auto";
  field.style.height = `${Math.min(160, field.scrollHeight + 2)}px`;
}
