from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.texts.text_cleaning import one_line


def test_breaks_and_control_characters_become_single_spaces() -> None:
    assert one_line("  a\r\n\tb\x00c\u2028d\u00a0 e\x1b[0m ") == "a b c d e [0m"


def test_what_shows_nothing_is_taken_out() -> None:
    assert one_line("pay\u200bpal \u202etxt.exe\u202c \ufefftag\U000e0041") == "paypal txt.exe tag"


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert one_line("a\ud800b") == "a\N{REPLACEMENT CHARACTER}b"


def test_letters_of_any_script_stay() -> None:
    text = "Qué? 日本語 العربية ไทย 👍"
    assert one_line(text) == text


@given(st.text(st.characters()))
def test_the_result_is_always_one_clean_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == " ".join(line.split())
    assert one_line(line) == line
    assert line.encode().decode() == line
