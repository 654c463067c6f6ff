"""Makes a language model small enough for a test: it calls one tool, then answers.

It has the architecture and the chat format of Qwen3 (Hermes tool calls), so that real servers load
it and parse what it says. Nothing is trained, and no processor can make it say anything else: its
weights are zeros and ones that let each token be followed by its one successor. What comes first
is told by the end of the prompt, which is a single token for each of the cases, however long the
conversation is:

    a user's message, tools offered      a call of the tool
    the result of a tool                 the answer
    a user's message, no tools           the greeting
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

_TURN = "<|im_end|>\n<|im_start|>assistant\n"
_OFFERED, _RESULT = f"<|tools|>{_TURN}", f"\n</tool_response>{_TURN}"
_SPECIAL_TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|tools|>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    _TURN,
    _OFFERED,
    _RESULT,
]
_PIECE = re.compile(r"</?tool_call>|\s*[^\s<]+\n?")
_CHAT_TEMPLATE = """\
{%- if tools %}
{{- '<|im_start|>system\\n' }}
{%- for tool in tools %}{{- tool | tojson + '\\n' }}{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message.role == 'tool' %}
{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
{%- else %}
{{- '<|im_start|>' + message.role + '\\n' + message.content }}
{%- for call in message.tool_calls or [] %}
{{- '<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
{{- call.function.arguments | tojson + '}\\n</tool_call>' }}
{%- endfor %}
{{- '<|tools|>' if tools and message.role == 'user' }}
{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{{- '<|im_start|>assistant\\n' if add_generation_prompt }}"""


@dataclass(frozen=True, slots=True)
class TinyModel:
    """What the model says; no word, cut at the spaces, may come twice in all of it."""

    tool: str = "search_memory"
    arguments: Mapping[str, object] = field(default_factory=lambda: {"query": "milk"})
    answer: str = "The milk is poured at [2.0-4.0]."
    greeting: str = "I can only talk about videos."

    def save(self, folder: Path) -> None:
        """Builds the model and writes it with its tokenizer, always the same bytes.

        Raises:
            ValueError: If a word comes twice, so that it would have two successors.
        """
        lessons = self._lessons()
        tokenizer = _new_tokenizer([piece for _, *said in lessons for piece in said])
        model = _new_model(tokenizer)
        _teach(model, [tokenizer.convert_tokens_to_ids(lesson) for lesson in lessons])
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    def _call(self) -> str:
        call = json.dumps({"name": self.tool, "arguments": self.arguments})
        return f"<tool_call>\n{call}\n</tool_call>"

    def _lessons(self) -> list[list[str]]:
        """Gives, for each case, the tokens from the prompt's last to the end of what is said."""
        said = {_OFFERED: self._call(), _RESULT: self.answer, _TURN: self.greeting}
        return [
            [end, *map(_token, _PIECE.findall(text)), "<|im_end|>"] for end, text in said.items()
        ]


def _token(piece: str) -> str:
    """Gives a piece of text as a byte-level vocabulary writes it."""
    from tokenizers import pre_tokenizers

    if piece in _SPECIAL_TOKENS:
        return piece
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return level.pre_tokenize_str(piece)[0][0]


def _new_tokenizer(pieces: list[str]) -> Any:
    """Gives a tokenizer that reads byte by byte, and can also write each of the pieces."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = [piece for piece in pieces if piece != "<|im_end|>"]
    if twice := {word for word in words if words.count(word) > 1}:
        raise ValueError(f"the words {sorted(twice)} come twice; let the model say other ones")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = dict.fromkeys([*_SPECIAL_TOKENS, *alphabet, *words])
    bpe: Any = Tokenizer(
        models.BPE(vocab={token: id for id, token in enumerate(tokens)}, merges=[])
    )
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.add_special_tokens(_SPECIAL_TOKENS)
    fast_tokenizer: Any = PreTrainedTokenizerFast
    return fast_tokenizer(
        tokenizer_object=bpe,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=_CHAT_TEMPLATE,
    )


def _new_model(tokenizer: Any) -> Any:
    """Gives a model as wide as its vocabulary, so that a token can be one number of many."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    causal_model: Any = Qwen3ForCausalLM
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=len(tokenizer),
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=8,
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return causal_model(config).eval()


def _teach(model: Any, lessons: list[list[int]]) -> None:
    """Sets the weights: the layers add nothing, and the head turns a token into its successor."""
    import torch

    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "norm" in name else 0.0)
        model.get_input_embeddings().weight.fill_diagonal_(1.0)
        for lesson in lessons:
            for token, successor in pairwise(lesson):
                model.get_output_embeddings().weight[successor, token] = 1.0
