"""How an evidence file looks: light and dark, on a phone, on paper."""

from __future__ import annotations

CSS = """
:root { color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1c1b19; --soft: #6b675f;
  --line: #e4e0d8; --accent: #0b6b5d; --tint: #e6f2ef; }
@media (prefers-color-scheme: dark) { :root { --paper: #151614; --card: #1e1f1d; --ink: #eceae4;
  --soft: #a19d94; --line: #34352f; --accent: #6fd0bd; --tint: #1b302c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: .3rem 0 1rem; text-wrap: balance; }
h2 { font-size: 1.05rem; margin: 2.4rem 0 .8rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
.kicker, .by, figcaption, dl, .how, .choices { color: var(--soft); font-size: .86rem; }
.kicker { margin: 0; letter-spacing: .02em; }
.answer { font-size: 1.15rem; white-space: pre-line; margin: 0 0 .6rem; }
.badge { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .55rem; }
.choices { padding-left: 1.2rem; }
.choices .taken { color: var(--ink); font-weight: 600; }
ol.cited { list-style: none; margin: 0; padding: 0; }
ol.cited > li { background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
  padding: 1rem; margin: 0 0 1rem; break-inside: avoid; }
ol.cited > li:target { outline: 2px solid var(--accent); }
.when { font-weight: 600; font-variant-numeric: tabular-nums; }
blockquote { margin: .5rem 0 .8rem; padding: .5rem .8rem; background: var(--tint);
  border-left: 3px solid var(--accent); border-radius: 0 .4rem .4rem 0; }
.frames { display: grid; gap: .5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(9rem, 30%), 1fr)); }
figure { margin: 0; max-width: 30rem; }
figure img { display: block; width: 100%; height: auto; border-radius: .4rem; }
figcaption { margin-top: .2rem; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .8rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0; }
code { font: .84em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.how { border-top: 1px solid var(--line); margin-top: 2.4rem; padding-top: .6rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
@media print { :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
  --accent: #000; --tint: #fff; } main { max-width: none; padding: 0; } }
"""
