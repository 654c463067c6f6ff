/** Videos that are sent: chosen or dropped, one after another, each with how far it is. */

import { post, upload } from "./api.js";
import { at, h, sentence, tell } from "./dom.js";
import { comingOf, refresh, videoOf } from "./library.js";
import { go, place } from "./place.js";

const waiting = [];
let isSending = false;

/** Starts what takes files, and the demo. */
export function start() {
  for (const id of ["add", "add-first"]) at(id).addEventListener("click", () => at("files").click());
  at("files").addEventListener("change", (event) => {
    send([...event.target.files]);
    event.target.value = "";
  });
  at("demo").addEventListener("click", demo);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    at("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) at("drop").hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    at("drop").hidden = true;
    send([...event.dataTransfer.files]);
  });
}

async function demo() {
  const words = at("demo").textContent;
  at("demo").disabled = true;
  at("demo").textContent = "Making the clip\u2026";
  try {
    await arrived((await post("/videos/demo")).id);
  } catch (error) {
    tell(error.message);
  }
  at("demo").disabled = false;
  at("demo").textContent = words;
}

function send(files) {
  for (const file of files) {
    const told = h("span.quiet", {}, "waits to be sent");
    const one = { file, told, line: h("li.row") };
    const stop = h("button.icon.act", {
      type: "button", "aria-label": `Stop sending ${file.name}`, title: "Stop", onclick: () => drop(one),
    }, "\u25a0");
    one.line.append(h("div.video", {}, h("span.about", {}, h("span.title", {}, file.name), told)), stop);
    at(videoOf(place().video) ? "videos" : "first").before(at("sending"));
    at("sending").append(one.line);
    waiting.push(one);
  }
  if (!isSending) sendAll();
}

function drop(one) {
  if (waiting.includes(one)) waiting.splice(waiting.indexOf(one), 1);
  one.going?.stop();
  one.line.remove();
}

async function sendAll() {
  isSending = true;
  while (waiting.length) await sendOne(waiting.shift());
  isSending = false;
}

async function sendOne(one) {
  const { file, told, line } = one;
  const bar = h("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
  const words = h("span");
  told.replaceChildren(words, bar);
  one.going = upload(file, (share) => {
    bar.value = share;
    words.textContent = share < 1 ? `sent: ${Math.floor(share * 100)} %` : "sent, being checked";
  });
  try {
    const { id } = await one.going.done;
    line.remove();
    arrived(id).catch((error) => tell(error.message));
  } catch (error) {
    if (error.name === "AbortError") return line.remove();
    told.className = "failed";
    told.replaceChildren(sentence(error.message));
    const anew = () => { line.remove(); send([file]); };
    line.lastChild.before(h("button.small.act", { type: "button", "aria-label": `Try again: ${file.name}`, onclick: anew }, "Try again"));
    line.lastChild.textContent = "\u00d7";
    line.lastChild.setAttribute("aria-label", `Close ${file.name}`);
  }
}

/** Shows a video that was sent as soon as something is known of it, if no other is on show. */
async function arrived(id) {
  const before = place().video;
  await refresh();
  while (!videoOf(id)) {
    const job = comingOf(id);
    if (!job || !["queued", "running"].includes(job.state)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (!document.hidden) await refresh();
  }
  if (place().video === before || !videoOf(place().video)) go({ video: id, t: undefined, chat: undefined });
}
