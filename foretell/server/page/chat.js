/** A conversation: questions, and answers that come word by word. */

import { answered, step } from "./answers.js";
import { call, get, post, streamed } from "./api.js";
import { at, confirmed, count, h, tell } from "./dom.js";
import { go, onPlace, place } from "./place.js";

const LABELS = /\[e\d+\]/gi;
/** Raw citations of a model that is still writing; the checked ones come with the answer. */
const IDEAS = ["What happens in this video?", "How many shots are there?", "What is said at the end?"];

let chat = null, asking = null;

/** Starts the panel. */
export function start() {
  at("asking").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  at("question").addEventListener("input", grow);
  at("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  at("stop").addEventListener("click", () => asking?.abort());
  at("new-chat").addEventListener("click", () => {
    go({ chat: undefined });
    at("question").focus();
  });
  onPlace((now, before) => {
    if (now.chat !== before.chat && now.chat !== chat?.id) open(now.chat);
    else if (!now.chat && now.video !== before.video) ideas();
  });
  return Promise.all([open(place().chat), list()]);
}

/** Lists the conversations. */
export async function list() {
  const { conversations } = await get("/conversations");
  at("chats").replaceChildren(...conversations.map(row));
  if (!conversations.length) at("chats").append(h("li.quiet", {}, "None yet."));
}

async function open(id) {
  asking?.abort();
  chat = null;
  at("turns").replaceChildren();
  if (!id) return ideas();
  try {
    chat = await get(`/conversations/${encodeURIComponent(id)}`);
  } catch (error) {
    go({ chat: undefined }, { silently: true });
    ideas();
    return tell(error.message);
  }
  at("about").value = chat.videos.length === 1 ? "video" : "all";
  if (chat.videos.length === 1 && !place().video) go({ video: chat.videos[0].id });
  chat.turns.forEach((turn, n) => at("turns").append(asked(turn.question), answered(turn.answer, page(n))));
  at("turns").scrollTop = at("turns").scrollHeight;
  marked();
}

function marked() {
  for (const item of at("chats").children) {
    item.firstChild?.setAttribute?.("aria-current", String(item.dataset.id === chat?.id));
  }
}

function ideas() {
  chat = null;
  marked();
  const button = (words) => h("button.idea", { type: "button", onclick: () => send(words) }, words);
  at("turns").replaceChildren(...(place().video ? [h("div.ideas", {},
    h("p.quiet", {}, "Ask anything about it, for example:"), ...IDEAS.map(button))] : []));
}

const page = (number) => `/api/v1/conversations/${chat.id}/turns/${number}/page`;
const asked = (question) => h("p.asked", {}, question);

async function send(words = at("question").value.trim()) {
  if (!words || asking) return;
  asking = new AbortController();
  at("question").value = "";
  grow();
  busy(true);
  if (!chat) at("turns").replaceChildren();
  const coming = h("div.coming", { "aria-hidden": "true" }, h("ol.doing"), h("p.words"));
  at("turns").append(asked(words), coming);
  coming.scrollIntoView({ block: "end" });
  try {
    chat ??= await begin(asking.signal);
    await follow(words, coming, asking.signal);
    list().then(marked, () => {});
  } catch (error) {
    coming.replaceWith(h("p.failed", {}, error.name === "AbortError" ? "Stopped." : error.message));
    if (error.name !== "AbortError" && !at("question").value) at("question").value = words;
  } finally {
    asking = null;
    busy(false);
  }
}

async function begin(signal) {
  const { video } = place();
  const all = at("about").value === "all" || !video;
  const begun = await post("/conversations", { videos: all ? [] : [video] }, signal);
  chat = begun;
  go({ chat: begun.id }, { silently: true });
  return begun;
}

async function follow(words, coming, signal) {
  const [doing, said] = coming.children;
  let open = null, reply = null;
  for await (const [name, data] of streamed(`/conversations/${chat.id}/questions/stream`, { question: words }, signal)) {
    if (name === "tool_started") {
      open = step(data.tool, data.arguments);
      doing.append(open.line);
    } else if (name === "tool_finished") open?.ended(data);
    else if (name === "text") {
      if (reply !== data.reply) said.textContent = "";
      reply = data.reply;
      said.textContent = (said.textContent + data.text).replace(LABELS, "");
    } else if (name === "answer") {
      const made = answered(data, page(at("turns").querySelectorAll(".answer").length));
      if (doing.children.length) {
        made.append(h("details.how", {}, h("summary", {}, count(doing.children.length, "step")), doing));
      }
      coming.replaceWith(made);
      made.scrollIntoView({ block: "nearest" });
      return;
    } else if (name === "error") throw new Error(data.detail);
    coming.scrollIntoView({ block: "end" });
  }
  throw new Error("The answer broke off; ask again.");
}

function row(one) {
  const rename = async () => {
    const title = await confirmed("Rename the conversation", "", "Rename", one.title);
    if (title) await call("PATCH", `/conversations/${one.id}`, { title });
  };
  const remove = async () => {
    if (!await confirmed("Delete the conversation?", one.title, "Delete")) return;
    await call("DELETE", `/conversations/${one.id}`);
    if (chat?.id === one.id) go({ chat: undefined });
  };
  const doing = (what) => () => what().then(list).then(marked).catch((error) => tell(error.message));
  return h("li.row", { "data-id": one.id },
    h("button.name", { type: "button", onclick: () => go({ chat: one.id }) }, one.title),
    h("button.icon", { type: "button", "aria-label": `Rename ${one.title}`, onclick: doing(rename) }, "\u270e"),
    h("button.icon", { type: "button", "aria-label": `Delete ${one.title}`, onclick: doing(remove) }, "\u00d7"));
}

function busy(is) {
  at("stop").hidden = !is;
  at("send").hidden = is;
}

function grow() {
  const field = at("question");
  field.style.height = "auto";
  field.style.height = `${Math.min(160, field.scrollHeight)}px`;
}
