"""An answer to take along: one page that holds its evidence, and what checks such a page."""
