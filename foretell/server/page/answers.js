/** Shows answers: their words, the moments they cite, and what they rest on. */

import { count, h, kindName, stretch } from "./dom.js";

const STATUS = {
  unknown: "The timeline does not tell this.",
  absent: "Looked for, and not there.",
};
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
  const words = h("p.words", {}, ...answer.parts.map((part) => piece(part, answer.evidence)));
  return h("div.answer", { "data-status": answer.status }, words, choice(answer), facts(answer),
    evidence(answer), ...answer.notes.map((note) => h("p.quiet", {}, note)),
    page && answer.evidence.length ? h("a.quiet", { href: page, download: "" }, "Take it along, to be verified") : null);
}

function piece(part, all) {
  const one = all[part.evidence];
  if (!one) return part.text;
  return cite(one.video, one.start, one.end, part.text.replace(/^\[|\]$/g, ""), one.quote);
}

function choice(answer) {
  return answer.choice === null ? null : h("p.quiet", {}, `Choice ${answer.choice + 1}`);
}

function facts(answer) {
  const said = [STATUS[answer.status]];
  if (answer.confidence !== null && answer.status === "answered") {
    said.push(`${Math.round(answer.confidence * 100)} % sure`);
  }
  if (!answer.evidence.length) said.push("Rests on no line of the timeline.");
  if (answer.dropped_citations) said.push(`${answer.dropped_citations} citations did not hold and were taken out.`);
  return h("p.facts", {}, said.filter(Boolean).join(" "));
}

function evidence(answer) {
  if (!answer.evidence.length) return null;
  const many = new Set(answer.evidence.map((one) => one.video)).size > 1;
  const rows = answer.evidence.map((one) => h("li", {},
    cite(one.video, one.start, one.end), h("q", {}, one.quote),
    h("span.quiet", {}, `${many ? `${one.title}, ` : ""}${one.source}`)));
  const told = `${count(rows.length, "moment")} as evidence`;
  return h("details", { open: rows.length <= 3 }, h("summary", {}, told), h("ul.evidence", {}, ...rows));
}

/** Makes a line of a tool call, which `ended` finishes. */
export function step(tool, given) {
  const asked = Object.values(given).filter((one) => typeof one === "string")[0];
  const time = h("span.quiet", {}, "\u2026");
  const line = h("li.step", {}, h("span", {}, kindName(tool)), asked ? h("q", {}, asked) : null, time);
  return {
    line,
    ended({ seconds, failed }) {
      time.textContent = failed ? "failed" : `${Math.round(seconds * 1000)} ms`;
      line.classList.add("done");
    },
  };
}
