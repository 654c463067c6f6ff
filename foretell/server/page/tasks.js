/** The panels beside the chat: when something happens, what comes next, which steps lead to a goal. */

import { cite } from "./answers.js";
import { post } from "./api.js";
import { at, h } from "./dom.js";
import { place } from "./place.js";
import { moment } from "./player.js";

const percent = (share) => `${Math.round(share * 100)} %`;

/** Starts the panels and their tabs. */
export function start() {
  panel("when", (form) => ["/locate", { query: form.get("query"), video: place().video, k: 10 }], moments);
  panel("next", (form) => ["/anticipate", {
    video: place().video, at_seconds: form.get("from") === "here" ? moment() : null, k: 3, horizon: 6,
  }], futures);
  panel("steps", (form) => ["/plan", {
    goal: form.get("goal"), start: form.get("start").trim() || null, video: place().video ?? null,
  }], plans);
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tabs, tab));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
      choose(tabs, next);
      next.focus();
    });
  }
}

function choose(tabs, chosen) {
  for (const tab of tabs) {
    const is = tab === chosen;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    at(tab.getAttribute("aria-controls")).hidden = !is;
  }
}

function panel(name, request, shown) {
  const form = at(name).querySelector("form"), found = at(name).querySelector(".found");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!place().video && name !== "steps") {
      found.replaceChildren(h("p.failed", {}, "Choose a video first."));
      return;
    }
    const { video } = place();
    found.replaceChildren(h("p.quiet", {}, "\u2026"));
    try {
      found.replaceChildren(...shown(await post(...request(new FormData(form))), video));
    } catch (error) {
      found.replaceChildren(h("p.failed", {}, error.message));
    }
  });
}

function moments(told, video) {
  const rows = told.moments.map((one) => h("li", {}, cite(video, one.start, one.end),
    h("span.words", {}, one.evidence[0]?.text ?? ""),
    h("span.quiet", {}, `score ${one.score.toFixed(2)}`)));
  if (!rows.length) return [h("p.facts", {}, told.reason), ...notes(told)];
  return [h("ol.rows", {}, ...rows), ...notes(told)];
}

function futures(told, video) {
  const future = (actions, number) => h("li", {}, h("b", {}, `${number + 1}. `),
    actions.map((one) => `${one.verb} ${one.noun}`).join(" \u2192 "));
  const { evidence, notes: said } = told.rationale;
  return [h("ol.futures", {}, ...told.candidates.map(future)), rests(evidence, video), ...notes({ notes: said })];
}

function plans(told, video) {
  const route = (one) => h("ol.route", {}, ...one.steps.map((step) => h("li", {}, step.action)));
  const likely = told.status === "answered" ? h("p.facts", {}, `${told.task.name}, ${percent(told.probability)} likely`) : null;
  const others = told.alternatives.length
    ? h("details", {}, h("summary", {}, `${told.alternatives.length} other ways`), ...told.alternatives.map(route)) : null;
  return [route(told), likely, rests(told.evidence, video), others, ...notes(told)].filter(Boolean);
}

function rests(evidence, video) {
  if (!evidence.length || !video) return "";
  return h("details", { open: true }, h("summary", {}, "Rests on"), h("ul.rows", {}, ...evidence.map(
    (one) => h("li", {}, cite(video, one.start, one.end), h("span.words", {}, one.text)))));
}

const notes = (told) => told.notes.map((note) => h("p.quiet", {}, note));
