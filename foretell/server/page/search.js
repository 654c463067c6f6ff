/** Searches the library: titles while one types, and moments by their meaning. */

import { cite } from "./answers.js";
import { post } from "./api.js";
import { at, h, inWords, sentence } from "./dom.js";
import { find, videos } from "./library.js";

const REST = 300;
/** Milliseconds without a key after which moments are searched. */
const LEAST = 3;
/** Letters of words that have a meaning. */

let going = null, resting = null;

/** Starts the field. */
export function start() {
  const field = at("find");
  field.addEventListener("input", () => {
    find(field.value.trim());
    clearTimeout(resting);
    resting = setTimeout(search, REST);
  });
  at("searching").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(resting);
    search();
  });
}

async function search() {
  going?.abort();
  const text = at("find").value.trim();
  at("moments").hidden = text.length < LEAST || !videos().length;
  if (at("moments").hidden) return at("hits").replaceChildren();
  going = new AbortController();
  try {
    const { hits } = await post("/search", { text, k: 8 }, going.signal);
    at("hits").replaceChildren(...hits.map(hit));
    if (!hits.length) at("hits").append(h("li.quiet", {}, "Nothing like that is known of any video."));
  } catch (error) {
    if (error.name !== "AbortError") at("hits").replaceChildren(h("li.failed", {}, sentence(error.message)));
  }
}

function hit(one) {
  return h("li.hit", {}, h("span.words", {}, one.text),
    h("span.row", {}, cite(one.video, one.start, one.end),
      h("span.quiet", {}, videos().length > 1 ? one.title : inWords(one.kind))));
}
