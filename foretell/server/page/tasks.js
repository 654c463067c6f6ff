/** The panels beside the chat: when something happens, what comes next, which steps lead to a goal. */

import { cite } from "./answers.js";
import { post } from "./api.js";
import { at, count, h, prose, sentence } from "./dom.js";
import { place } from "./place.js";
import { moment } from "./player.js";

const WAITS = "Looking\u2026";
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
  const button = form.querySelector(".primary");
  let going = null;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { video } = place();
    if (!video && name !== "steps") return tell(new Error("Choose a video first"));
    going?.abort();
    const mine = going = new AbortController();
    button.setAttribute("aria-busy", "true");
    found.replaceChildren(h("p.quiet", {}, WAITS));
    try {
      const told = await post(...request(new FormData(form)), mine.signal);
      found.replaceChildren(...shown(told, video));
    } catch (error) {
      if (error.name !== "AbortError") tell(error);
    }
    if (mine === going) button.removeAttribute("aria-busy");
  });
  const tell = (error) => found.replaceChildren(h("p.failed", {}, ...prose(sentence(error.message))));
}

function moments(told, video) {
  const row = (one) => h("li", {}, cite(video, one.start, one.end),
    h("span.words", {}, one.evidence[0]?.text ?? ""),
    h("span.quiet", {}, `score ${one.score.toFixed(2)}`));
  if (!told.moments.length) return [h("p.facts", {}, h("strong.status", {}, sentence(told.reason || "Nothing like that was found"))), ...notes(told)];
  return [h("ol.rows", {}, ...told.moments.map(row)), ...notes(told)];
}

function futures(told, video) {
  const action = (one) => h("span.action", {}, `${one.verb} ${one.noun}`);
  const future = (actions) => h("li", {}, h("span.actions", {}, ...actions.map(action)));
  const { evidence, notes: said } = told.rationale;
  return [h("ol.route.futures", {}, ...told.candidates.map(future)), rests(evidence, video), ...notes({ notes: said })].filter(Boolean);
}

function plans(told, video) {
  const route = (one) => h("ol.route", {}, ...one.steps.map((step) => h("li", {}, h("span", {}, step.action))));
  const likely = told.status === "answered" ? h("p.facts", {}, `${told.task.name}: ${percent(told.probability)} likely`) : null;
  const other = (one) => h("div.other", {}, h("p.quiet", {}, `${percent(one.probability)} likely`), route(one));
  const others = told.alternatives.length
    ? h("details", {}, h("summary", {}, count(told.alternatives.length, "other way")), ...told.alternatives.map(other)) : null;
  return [likely, route(told), rests(told.evidence, video), others, ...notes(told)].filter(Boolean);
}

function rests(evidence, video) {
  if (!evidence.length || !video) return h("p.facts", {}, "It rests on no line of the timeline.");
  return h("details", { open: true }, h("summary", {}, "Rests on"), h("ul.rows", {}, ...evidence.map(
    (one) => h("li", {}, cite(video, one.start, one.end), h("span.words", {}, one.text)))));
}

const notes = (told) => told.notes.map((note) => h("p.quiet", {}, ...prose(sentence(note))));
