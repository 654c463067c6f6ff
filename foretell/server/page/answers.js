/** Shows answers: their words, the moments they cite, and what they rest on. */

import { count, h, inWords, prose, stretch } from "./dom.js";

const STATUS = {
  unknown: "Not known: the timeline does not tell this.",
  absent: "Not there: it was looked for and not found.",
};
const OPEN = 3;
/** Moments of evidence that are shown unasked. */
let play = () => {};

/** Says what a click on a citation does: it is given a video, a start and an end. */
export function onCited(listener) {
  play = listener;
}

/** Makes a button that plays a stretch. */
export function cite(video, start, end, words = stretch(start, end), title = "") {
  return h("button.cite", {
    type: "button", title, "data-start": start, "data-end": end,
    "aria-label": `Play ${words}`, onclick: () => play(video, start, end),
  }, words);
}

/**
 * Makes the whole of an answer.
 * @param {object} answer as the server gives it
 * @param {?string} page where it can be had as a file with its evidence
 */
export function answered(answer, page = null) {
  const words = h("p.words", {}, ...answer.parts.flatMap((part) => piece(part, answer.evidence)));
  return h("div.answer", { "data-status": answer.status }, words, choice(answer), facts(answer),
    evidence(answer), ...answer.notes.map((note) => h("p.quiet", {}, ...prose(note))),
    page && answer.evidence.length ? h("a.quiet", { href: page, download: "" }, "Take it along, to be verified") : null);
}

function piece(part, all) {
  const one = all[part.evidence];
  if (!one) return prose(part.text);
  const words = part.text.replace(/^\[|\]$/g, "").replace(/(\d)-(?=\d)/g, "$1\u2013");
  return [cite(one.video, one.start, one.end, words, one.quote)];
}

function choice(answer) {
  return answer.choice === null ? null : h("p.quiet", {}, `Choice ${answer.choice + 1}`);
}

function facts(answer) {
  const said = [];
  if (STATUS[answer.status]) said.push(h("strong.status", {}, STATUS[answer.status]));
  if (answer.confidence !== null && answer.status === "answered") {
    said.push(`${Math.round(answer.confidence * 100)} % sure.`);
  }
  if (!answer.evidence.length) said.push("It rests on no line of the timeline.");
  if (answer.dropped_citations) said.push(`${count(answer.dropped_citations, "citation")} did not hold and went.`);
  return said.length ? h("p.facts", {}, ...said.flatMap((one) => [one, " "])) : null;
}

function evidence(answer) {
  if (!answer.evidence.length) return null;
  const many = new Set(answer.evidence.map((one) => one.video)).size > 1;
  const row = (one) => h("li", {}, cite(one.video, one.start, one.end), h("q", {}, one.quote),
    h("span.quiet", {}, `${many ? `${one.title}, ` : ""}${inWords(one.source)}`));
  const told = `${count(answer.evidence.length, "moment")} as evidence`;
  return h("details", { open: answer.evidence.length <= OPEN }, h("summary", {}, told),
    h("ul.evidence", {}, ...answer.evidence.map(row)));
}

/** Makes a line of a tool call, which `ended` finishes. */
export function step(tool, given) {
  const asked = Object.values(given).find((one) => typeof one === "string");
  const time = h("span.quiet", {}, "\u2026");
  const line = h("li.step", {}, h("span", {}, inWords(tool)), asked ? h("q", {}, asked) : null, time);
  return {
    line,
    ended({ seconds, failed }) {
      time.textContent = failed ? "failed" : seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
      line.classList.add(failed ? "broken" : "done");
    },
  };
}
