/** The timeline under the player: looked at, zoomed, moved; a click plays an event or seeks. */

import { ofVideo } from "./api.js";
import { at, clock, h, inWords, stretch } from "./dom.js";
import { AXIS, LANE, STRIP, firstSeen, labelWidth, paint } from "./lanes.js";

const ORDER = ["action", "caption", "object", "speech", "voice", "screen_text", "scene"];
const LEAST = 1;
/** Seconds that are shown at least. */
const SLIP = 4;
/** Pixels that a finger may move in a click. */

const canvas = at("lanes"), tip = at("tip"), playhead = at("playhead"), spanMark = at("span-mark");
let video = null, lanes = [], strip = [], from = 0, to = 1, now = 0, span = null;
let onSeek = () => {}, onPlay = () => {};

/** Says what a click on a moment, and on an event, does. */
export function onChosen(seek, play) {
  [onSeek, onPlay] = [seek, play];
}

/**
 * Shows a timeline.
 * @param {object} timeline as the server gives it
 * @param {number[]} seconds of the video's pictures
 */
export function draw(timeline, seconds) {
  const isSame = video?.id === timeline.video.id;
  video = timeline.video;
  const kinds = ORDER.filter((kind) => timeline.events.some((one) => one.kind === kind));
  lanes = kinds.map((kind) => laneOf(kind, timeline.events.filter((one) => one.kind === kind)));
  if (!isSame || strip.length !== seconds.length) strip = seconds.map(pictured);
  canvas.style.height = `${(strip.length ? STRIP : 0) + Math.max(1, lanes.length) * LANE + AXIS}px`;
  if (isSame) place();
  else fit();
}

function laneOf(kind, events) {
  return { kind, events, longest: Math.max(...events.map((one) => one.end - one.start)) };
}

function pictured(seconds, number) {
  const picture = new Image();
  picture.onload = place;
  picture.src = ofVideo(video.id, `thumbnails/${number}`);
  return { seconds, picture };
}

/** Marks the moment on show; what is played stays in sight. */
export function mark(seconds, isPlaying) {
  now = seconds;
  canvas.setAttribute("aria-valuenow", seconds.toFixed(1));
  canvas.setAttribute("aria-valuetext", `${clock(seconds)} seconds`);
  if (isPlaying && !dragged && (now > to || now < from)) move(now - (to - from) / 10);
  else placeMarks();
}

/** Marks the stretch that is played; null marks none. */
export function markSpan(stretched) {
  span = stretched;
  placeMarks();
}

function fit() {
  from = video.start;
  to = Math.max(from + LEAST, video.end);
  canvas.setAttribute("aria-valuemin", from);
  canvas.setAttribute("aria-valuemax", to);
  place();
}

function zoom(factor, around = now >= from && now <= to ? now : (from + to) / 2) {
  const most = Math.max(LEAST, video.end - video.start);
  const length = Math.min(most, Math.max(LEAST, (to - from) * factor));
  move(around - ((around - from) / (to - from)) * length, length);
}

function move(start, length = to - from) {
  from = Math.min(Math.max(video.start, video.end - length), Math.max(video.start, start));
  to = from + length;
  place();
}

const left = () => labelWidth(canvas.clientWidth);
const x = (seconds) => left() + ((seconds - from) / (to - from)) * (canvas.clientWidth - left());
const secondsAt = (px) => from + ((px - left()) / (canvas.clientWidth - left())) * (to - from);

let isAsked = false;
/** Paints at the next frame of the screen, once. */
function place() {
  if (!video || isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    paint(canvas, { from, to, lanes, strip });
    placeMarks();
    at("timeline-span").textContent = stretch(from, to);
  });
}

function placeMarks() {
  const high = canvas.clientHeight - AXIS;
  playhead.hidden = !video || now < from || now > to;
  playhead.style.height = `${high + 4}px`;
  playhead.style.transform = `translateX(${x(now) - 1}px)`;
  spanMark.hidden = !span || !video || span.end < from || span.start > to;
  if (spanMark.hidden) return;
  const begins = Math.max(left(), x(span.start)), ends = Math.min(canvas.clientWidth, x(span.end));
  spanMark.style.height = `${high}px`;
  spanMark.style.width = `${Math.max(2, ends - begins)}px`;
  spanMark.style.transform = `translateX(${begins}px)`;
}

function eventAt(mouse) {
  const lane = lanes[Math.floor((mouse.offsetY - (strip.length ? STRIP : 0)) / LANE)];
  if (!lane || mouse.offsetX < left()) return null;
  const time = secondsAt(mouse.offsetX), slack = ((to - from) / canvas.clientWidth) * 3;
  let best = null;
  for (let n = firstSeen(lane, time - slack); n < lane.events.length; n++) {
    const one = lane.events[n];
    if (one.start > time + slack) break;
    if (one.end + slack >= time && (!best || one.end - one.start < best.end - best.start)) best = one;
  }
  return best;
}

function hover(mouse) {
  const event = video && eventAt(mouse);
  tip.hidden = !event;
  canvas.style.cursor = event || mouse.offsetY < STRIP ? "pointer" : "";
  if (!event) return;
  tip.replaceChildren(h("b", {}, stretch(event.start, event.end)), h("span.dim", {}, inWords(event.kind)), h("span.full", {}, event.text));
  const most = canvas.clientWidth - tip.offsetWidth;
  tip.style.left = `${Math.max(0, Math.min(most, mouse.offsetX + 12))}px`;
  tip.style.top = `${mouse.offsetY + 18}px`;
}

let dragged = null;
const fingers = new Map();

function grasp(event) {
  fingers.set(event.pointerId, event.offsetX);
  const isRuler = event.offsetY < (strip.length ? STRIP : 0) || event.offsetY > canvas.clientHeight - AXIS;
  dragged = { x: event.offsetX, from, moved: false, scrubs: isRuler && event.offsetX >= left() };
  canvas.setPointerCapture(event.pointerId);
  tip.hidden = true;
  if (video && dragged.scrubs) onSeek(secondsAt(event.offsetX));
}

function drag(event) {
  if (!dragged || !video) return hover(event);
  if (fingers.size === 2) return pinch(event);
  const by = event.offsetX - dragged.x;
  dragged.moved ||= Math.abs(by) > SLIP;
  if (dragged.scrubs) onSeek(Math.min(video.end, Math.max(video.start, secondsAt(event.offsetX))));
  else if (dragged.moved) move(dragged.from - (by / (canvas.clientWidth - left())) * (to - from));
}

function pinch(event) {
  const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
  const before = Math.abs(fingers.get(event.pointerId) - other), after = Math.abs(event.offsetX - other);
  fingers.set(event.pointerId, event.offsetX);
  dragged.moved = true;
  if (before > SLIP && after > SLIP) zoom(before / after, secondsAt((event.offsetX + other) / 2));
}

function release(event) {
  const isClick = dragged && !dragged.moved && !dragged.scrubs && video && event.offsetX >= left();
  fingers.delete(event.pointerId);
  if (fingers.size) return;
  dragged = null;
  if (!isClick) return;
  const found = eventAt(event);
  if (found) onPlay(found.start, found.end);
  else onSeek(secondsAt(event.offsetX));
}

function cancel(event) {
  fingers.delete(event.pointerId);
  dragged = null;
}

function roll(event) {
  if (!video) return;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!event.ctrlKey && !event.metaKey && !isSideways) return;
  event.preventDefault();
  if (isSideways) move(from + ((event.deltaX || event.deltaY) / canvas.clientWidth) * (to - from));
  else zoom(event.deltaY > 0 ? 1.25 : 0.8, secondsAt(event.offsetX));
}

function press(key) {
  if (!video || key.ctrlKey || key.metaKey || key.altKey) return;
  const by = Math.max(0.04, (to - from) / 50);
  const known = {
    ArrowLeft: () => onSeek(Math.max(video.start, now - by)),
    ArrowRight: () => onSeek(Math.min(video.end, now + by)),
    Home: () => onSeek(video.start), End: () => onSeek(video.end),
    "+": () => zoom(0.5), "-": () => zoom(2), 0: fit,
  };
  if (!known[key.key]) return;
  key.preventDefault();
  known[key.key]();
}

canvas.addEventListener("pointerdown", grasp);
canvas.addEventListener("pointermove", drag);
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", cancel);
canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
canvas.addEventListener("wheel", roll, { passive: false });
canvas.addEventListener("keydown", press);
at("zoom-in").addEventListener("click", () => zoom(0.5));
at("zoom-out").addEventListener("click", () => zoom(2));
at("zoom-all").addEventListener("click", fit);
new ResizeObserver(place).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", place);
