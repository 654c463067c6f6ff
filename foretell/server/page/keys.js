/** What keys do, wherever one is on the page. */

import * as chat from "./chat.js";
import { at } from "./dom.js";
import * as player from "./player.js";

const STEP = 2;
/** Seconds that an arrow leads back or on. */

/**
 * Starts listening.
 * @param {(is: boolean) => void} openLibrary opens the list of videos, or closes it
 */
export function start(openLibrary) {
  at("show-keys").addEventListener("click", () => at("keys").showModal());
  at("skip").addEventListener("click", (event) => { event.preventDefault(); askOne(); });
  const known = {
    "/": () => { openLibrary(true); at("find").focus(); },
    q: askOne,
    "?": () => at("keys").showModal(),
    " ": player.toggle,
    ArrowLeft: () => player.seek(player.moment() - STEP),
    ArrowRight: () => player.seek(player.moment() + STEP),
  };
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && !chat.stop()) openLibrary(false);
    const isTaken = event.target.closest("input, textarea, select, video, canvas");
    const isPressed = event.target.closest("button, a, summary") && event.key === " ";
    const isTab = event.target.closest("[role=tab]") && event.key.startsWith("Arrow");
    if (isTaken || isPressed || isTab || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!known[event.key]) return;
    event.preventDefault();
    known[event.key]();
  });
}

function askOne() {
  at("tab-ask").click();
  at("question").focus();
}
