/** Lists that change while they are looked at: rows that are the same stay, with their focus. */

/**
 * Shows things as the rows of a list.
 * @param {Element} list
 * @param {Array<[string, object]>} things each with a key of its own
 * @param {(thing: object) => Element} made makes a row
 */
export function showRows(list, things, made) {
  const before = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const rows = things.map(([key, thing]) => {
    const print = JSON.stringify(thing);
    const there = before.get(key);
    if (there?.print === print) return there;
    const row = made(thing);
    row.dataset.key = key;
    row.print = print;
    if (there?.contains(document.activeElement)) refocus(there, row);
    return row;
  });
  const keep = new Set(rows);
  for (const row of [...list.children]) if (!keep.has(row)) row.remove();
  rows.forEach((row, n) => {
    if (list.children[n] !== row) list.insertBefore(row, list.children[n] ?? null);
  });
}

/** Puts the focus where it was in the row that this one takes the place of. */
function refocus(old, row) {
  const label = document.activeElement.getAttribute("aria-label") ?? document.activeElement.className;
  queueMicrotask(() => [...row.querySelectorAll("button")]
    .find((one) => (one.getAttribute("aria-label") ?? one.className) === label)?.focus());
}
