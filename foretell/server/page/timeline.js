/** Draws the events of a video by kind under its player, to look at, zoom and seek. */

import { at, clock, h, kindName, stretch } from "./dom.js";

const LANE = 20, AXIS = 20, LABEL = 86;
/** Pixels: a lane, the seconds below, and the lanes' names. */
const ORDER = ["action", "caption", "object", "speech", "voice", "screen_text", "scene", "look"];
const LEAST = 2;
/** Seconds that are shown at least. */
const ROWS = 150;
/** Lines of the list that are made at a time. */

const canvas = at("lanes"), tip = at("tip");
const pen = canvas.getContext("2d");
let video = null, lanes = [], events = [], kinds = new Set(), now = 0;
let from = 0, to = 1, rows = ROWS;
let onSeek = () => {}, onPlay = () => {};

/** Says what a click on a moment, and on an event, does. */
export function onChosen(seek, play) {
  onSeek = seek;
  onPlay = play;
}

/** Shows a timeline, as the server gives it; null shows none. */
export function draw(timeline) {
  video = timeline?.video ?? null;
  events = timeline?.events ?? [];
  const there = ORDER.filter((kind) => events.some((one) => one.kind === kind));
  lanes = there.map((kind) => ({ kind, events: events.filter((one) => one.kind === kind) }));
  kinds = new Set();
  rows = ROWS;
  canvas.style.height = `${Math.max(1, lanes.length) * LANE + AXIS}px`;
  const chip = (kind) => h("button.chip", {
    type: "button", "aria-pressed": "false", "data-kind": kind,
    onclick: (event) => toggle(kind, event.currentTarget),
  }, kindName(kind));
  at("kinds").replaceChildren(...(there.length > 1 ? there.map(chip) : []));
  at("find-event").value = "";
  fit();
  list();
}

/** Marks a moment. */
export function mark(seconds) {
  now = seconds;
  canvas.setAttribute("aria-valuenow", seconds.toFixed(1));
  canvas.setAttribute("aria-valuetext", `${clock(seconds)} seconds`);
  paint();
  for (const row of at("events").children) {
    row.classList.toggle("now", row.dataset.start <= seconds && seconds < row.dataset.end);
  }
}

function fit() {
  from = video?.start ?? 0;
  to = Math.max(from + LEAST, video?.end ?? 1);
  canvas.setAttribute("aria-valuemin", from);
  canvas.setAttribute("aria-valuemax", to);
  paint();
}

function zoom(factor, around = (from + to) / 2) {
  if (!video) return;
  const most = Math.max(LEAST, video.end - video.start);
  const length = Math.min(most, Math.max(LEAST, (to - from) * factor));
  const share = (around - from) / (to - from);
  move(around - share * length, length);
}

function move(start, length = to - from) {
  const last = Math.max(video.start, video.end - length);
  from = Math.min(last, Math.max(video.start, start));
  to = from + length;
  paint();
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const x = (seconds) => LABEL + ((seconds - from) / (to - from)) * (canvas.clientWidth - LABEL);
const secondsAt = (px) => from + ((px - LABEL) / (canvas.clientWidth - LABEL)) * (to - from);

function paint() {
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  lanes.forEach((lane, number) => paintLane(lane, number * LANE, width));
  paintAxis(lanes.length * LANE, width, height);
  if (now >= from && now <= to) {
    pen.fillStyle = colour("accent");
    pen.fillRect(x(now) - 1, 0, 2, height - AXIS + 6);
  }
  at("timeline-span").textContent = video ? stretch(from, to) : "";
}

function paintLane(lane, top, width) {
  pen.fillStyle = colour("quiet");
  pen.fillText(kindName(lane.kind), 2, top + LANE / 2);
  pen.fillStyle = colour("lane");
  pen.fillRect(LABEL, top + 2, width - LABEL, LANE - 4);
  pen.fillStyle = colour(`kind-${lane.kind}`);
  let painted = -1;
  for (const event of lane.events) {
    if (event.end < from || event.start > to) continue;
    const left = Math.max(LABEL, x(event.start)), right = Math.min(width, x(event.end));
    if (right < painted) continue; // lies under what stands there
    const gap = right - left > 4 ? 1 : 0;
    pen.fillRect(left, top + 3, Math.max(1.5, right - left - gap), LANE - 6);
    painted = Math.max(painted, Math.floor(right));
  }
}

function paintAxis(top, width, height) {
  const steps = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200];
  const step = steps.find((one) => (one / (to - from)) * (width - LABEL) > 64) ?? 14400;
  pen.fillStyle = colour("quiet");
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    pen.fillRect(x(tick), top + 2, 1, 4);
    const label = clock(tick, step < 1 ? 1 : 0);
    if (x(tick) + pen.measureText(label).width < width) pen.fillText(label, x(tick) + 3, height - 8);
  }
}

function eventAt(mouse) {
  const lane = lanes[Math.floor(mouse.offsetY / LANE)];
  const time = secondsAt(mouse.offsetX), slack = ((to - from) / canvas.clientWidth) * 2;
  const there = lane?.events.filter((one) => one.start - slack <= time && time <= one.end + slack);
  return there?.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}

function hover(mouse) {
  const event = video && mouse.offsetX >= LABEL ? eventAt(mouse) : undefined;
  tip.hidden = !event;
  canvas.style.cursor = event ? "pointer" : "";
  if (!event) return;
  tip.replaceChildren(h("b", {}, stretch(event.start, event.end)), ` ${event.text}`);
  const right = canvas.clientWidth - tip.offsetWidth;
  tip.style.left = `${Math.max(0, Math.min(right, mouse.offsetX + 12))}px`;
  tip.style.top = `${mouse.offsetY + 18}px`;
}

function toggle(kind, button) {
  if (!kinds.delete(kind)) kinds.add(kind);
  button.setAttribute("aria-pressed", String(kinds.has(kind)));
  rows = ROWS;
  list();
}

function list() {
  const words = at("find-event").value.trim().toLowerCase();
  const wanted = events.filter((one) => (!kinds.size || kinds.has(one.kind)) &&
    (!words || one.text.toLowerCase().includes(words)));
  at("events").replaceChildren(...wanted.slice(0, rows).map(row));
  if (video && !wanted.length) {
    at("events").append(h("li.quiet", {}, events.length ? "Nothing like that." : "Nothing is known of it yet."));
  }
  at("more-events").hidden = wanted.length <= rows;
}

function row(event) {
  return h("li", { "data-start": event.start, "data-end": event.end }, h("button.event", {
    type: "button", onclick: () => onPlay(event.start, event.end),
  }, h("span.time", {}, stretch(event.start, event.end)),
  h("span.kind", { "data-kind": event.kind }, kindName(event.kind)),
  h("span.words", {}, event.text)));
}

function press(key) {
  const step = (to - from) / 50;
  const known = {
    ArrowLeft: () => onSeek(Math.max(video.start, now - step)),
    ArrowRight: () => onSeek(Math.min(video.end, now + step)),
    Home: () => onSeek(video.start), End: () => onSeek(video.end),
    "+": () => zoom(0.5, now), "-": () => zoom(2, now), "0": fit,
  };
  if (!video || !known[key.key]) return;
  key.preventDefault();
  known[key.key]();
}

let dragged = null;
canvas.addEventListener("pointerdown", (event) => {
  dragged = { x: event.offsetX, from, moved: false };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!dragged || !video) return hover(event);
  const by = event.offsetX - dragged.x;
  dragged.moved ||= Math.abs(by) > 4;
  if (dragged.moved) move(dragged.from - (by / (canvas.clientWidth - LABEL)) * (to - from));
});
canvas.addEventListener("pointerup", (event) => {
  const clicked = dragged && !dragged.moved && video && event.offsetX >= LABEL;
  dragged = null;
  if (!clicked) return;
  const found = eventAt(event);
  if (found) onPlay(found.start, found.end);
  else onSeek(secondsAt(event.offsetX));
});
canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
canvas.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.shiftKey) return;
  event.preventDefault();
  if (event.shiftKey) move(from + ((event.deltaX || event.deltaY) / 500) * (to - from));
  else zoom(event.deltaY > 0 ? 1.25 : 0.8, secondsAt(event.offsetX));
}, { passive: false });
canvas.addEventListener("keydown", press);
at("zoom-in").addEventListener("click", () => zoom(0.5, now >= from && now <= to ? now : undefined));
at("zoom-out").addEventListener("click", () => zoom(2));
at("zoom-all").addEventListener("click", fit);
at("find-event").addEventListener("input", () => { rows = ROWS; list(); });
at("more-events").addEventListener("click", () => { rows += ROWS; list(); });
new ResizeObserver(paint).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
