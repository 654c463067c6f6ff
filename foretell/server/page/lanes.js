/** Paints a timeline: its pictures, a lane for each kind of event, and the seconds below. */

import { clock, inWords } from "./dom.js";

export const LANE = 24, AXIS = 22, STRIP = 44;
/** Pixels: a lane, the seconds, and the pictures. */
const NARROW = 520, GAP = 3, TEXT = 46;
/** Pixels: a timeline of a phone; what stands between lanes; and a bar that has words in it. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400];

let colours = null;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colours = null; });

function colour(name) {
  colours ??= new Map();
  if (!colours.has(name)) {
    colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return colours.get(name);
}

/** Pixels that the names of the lanes take. */
export const labelWidth = (width) => (width < NARROW ? 74 : 92);

/**
 * Paints a view.
 * @param {HTMLCanvasElement} canvas
 * @param {{from: number, to: number, lanes: object[], strip: object[]}} view the seconds that are
 *   shown, the lanes with their events in order, and the pictures with their seconds
 */
export function paint(canvas, view) {
  const width = canvas.clientWidth, height = canvas.clientHeight, scale = window.devicePixelRatio || 1;
  if (!width) return;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.font = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  pen.textBaseline = "middle";
  const left = labelWidth(width);
  const x = (seconds) => left + ((seconds - view.from) / (view.to - view.from)) * (width - left);
  const top = view.strip.length ? STRIP : 0;
  if (top) paintStrip(pen, view, left, width);
  view.lanes.forEach((lane, n) => paintLane(pen, view, lane, top + n * LANE, x, left, width));
  paintAxis(pen, view, height - AXIS, x, left, width);
}

function paintStrip(pen, { from, to, strip }, left, width) {
  const high = STRIP - GAP - 1;
  const first = strip.find((one) => one.picture.naturalWidth)?.picture;
  pen.fillStyle = colour("lane");
  pen.fillRect(left, 0, width - left, high);
  if (!first) return;
  const wide = Math.max(12, (high * first.naturalWidth) / first.naturalHeight);
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, width - left, high);
  pen.clip();
  for (let px = left; px < width; px += wide) {
    const middle = from + ((px + wide / 2 - left) / (width - left)) * (to - from);
    const { picture } = strip.reduce((best, one) =>
      (Math.abs(one.seconds - middle) < Math.abs(best.seconds - middle) ? one : best));
    if (picture.naturalWidth) pen.drawImage(picture, px, 0, wide, high);
  }
  pen.restore();
}

function paintLane(pen, { from, to }, lane, top, x, left, width) {
  pen.fillStyle = colour("quiet");
  pen.fillText(inWords(lane.kind), 0, top + LANE / 2, left - 8);
  pen.fillStyle = colour("lane");
  pen.fillRect(left, top + GAP / 2, width - left, LANE - GAP);
  const fill = colour(`kind-${lane.kind}`) || colour("quiet"), ink = colour("on-kind");
  let painted = -1;
  for (let n = firstSeen(lane, from); n < lane.events.length; n++) {
    const event = lane.events[n];
    if (event.start > to) break;
    if (event.end < from) continue;
    const begins = Math.max(left, x(event.start)), ends = Math.min(width, x(event.end));
    if (ends <= painted) continue; // lies under what stands there
    const wide = Math.max(2, ends - begins - (ends - begins > 4 ? 1 : 0));
    pen.fillStyle = fill;
    rounded(pen, begins, top + GAP / 2, wide, LANE - GAP);
    if (wide > TEXT) paintWords(pen, event.text, ink, begins, wide, top);
    painted = Math.max(painted, Math.floor(ends));
  }
}

/** The number of the first event that may reach into what is shown. */
export function firstSeen(lane, from) {
  let low = 0, high = lane.events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.events[middle].start < from - lane.longest) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rounded(pen, left, top, wide, high) {
  if (wide < 4) return pen.fillRect(left, top, wide, high);
  pen.beginPath();
  pen.roundRect(left, top, wide, high, Math.min(4, wide / 2));
  pen.fill();
}

function paintWords(pen, text, ink, left, wide, top) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, wide - 5, LANE);
  pen.clip();
  pen.fillStyle = ink;
  pen.fillText(text.slice(0, Math.ceil(wide / 4)), left + 6, top + LANE / 2 + 0.5);
  pen.restore();
}

function paintAxis(pen, { from, to }, top, x, left, width) {
  const step = STEPS.find((one) => (one / (to - from)) * (width - left) > 64) ?? 86400;
  const digits = step < 1 ? 1 : 0;
  pen.fillStyle = colour("quiet");
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to; n++) {
    const label = clock(n * step, digits), middle = x(n * step);
    pen.fillRect(middle, top + 2, 1, 4);
    const half = pen.measureText(label).width / 2;
    pen.fillText(label, Math.min(width - 2 * half, Math.max(left, middle - half)), top + 14);
  }
}
