import pytest

from foretell.tools.screen_text.text_blocks import (
    TextBlock,
    may_be_in_another_script,
    text_blocks,
)
from foretell.tools.screen_text.text_recognizer import TextLine


def line(text: str, left: float, top: float, width: float = 100.0, score: float = 0.9) -> TextLine:
    return TextLine(text, score, left, top, left + width, top + 20.0)


def test_lines_close_together_are_one_block_read_row_by_row() -> None:
    lines = [line("two", 110, 2), line("three", 5, 28, score=0.6), line("one", 0, 0)]
    assert text_blocks(lines) == [TextBlock("one two three", (0.9 + 0.6 + 0.9) / 3)]


def test_lines_far_apart_are_blocks_from_top_to_bottom() -> None:
    lines = [line("subtitle", 50, 400), line("logo", 300, 0), line("title", 0, 0)]
    assert [block.text for block in text_blocks(lines)] == ["title", "logo", "subtitle"]


def test_a_line_that_touches_two_blocks_joins_them() -> None:
    lines = [line("left", 0, 0), line("right", 180, 0), line("below", 0, 25, width=280)]
    assert [block.text for block in text_blocks(lines)] == ["left right below"]


def test_full_width_letters_become_plain_ones() -> None:
    assert text_blocks([line("\uff21RI\uff21", 0, 0)])[0].text == "ARIA"
    assert text_blocks([]) == []


@pytest.mark.parametrize("text", ["PECTOPAH", "MOCKBA OPMAHO", "AHTEKA 24", "KOCMOC"])
def test_capitals_that_other_scripts_share_and_no_book_knows_may_be_of_those(text: str) -> None:
    assert may_be_in_another_script(text)


@pytest.mark.parametrize(
    "text",
    ["RESTAURANT", "TOMATO", "BEACH COACH", "TOYOTA", "HTC", "1/5", "Pectopah", "PECTOPAH?Z", ""],
)
def test_known_words_and_other_letters_are_latin(text: str) -> None:
    assert not may_be_in_another_script(text)
