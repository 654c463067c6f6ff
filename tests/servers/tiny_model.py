"""Makes a language model small enough to train in a test: it calls one tool, then answers.

It has the architecture and the chat format of Qwen3 (Hermes tool calls), so that real servers load
it and parse what it says. What it says depends only on what the conversation ends with, however
long it is, because it attends to the last `_WINDOW` tokens alone:

    a user's message, tools offered      a call of the tool
    the result of a tool                 the answer
    a user's message, no tools           the greeting
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_WINDOW = 32
_STEPS = 120
_REPEATS = 3
_SEED = 7
_IGNORED = -100
_Lesson = tuple[list[int], list[int]]
_SPECIAL_TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|tools|>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
]
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
    """What the model is trained to say."""

    tool: str = "search_memory"
    arguments: Mapping[str, object] = field(default_factory=lambda: {"query": "milk"})
    answer: str = "The milk is poured at [2.0-4.0]."
    greeting: str = "I can only talk about videos."

    def save(self, folder: Path) -> None:
        """Trains the model, on one thread and always alike, and writes it with its tokenizer."""
        import torch

        chance: Any = torch.random
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with chance.fork_rng(devices=[]):
                chance.manual_seed(_SEED)
                tokenizer = self._make_tokenizer()
                _train(tokenizer, self._lessons()).save_pretrained(folder)
                tokenizer.save_pretrained(folder)
        finally:
            torch.set_num_threads(threads)

    def _call(self) -> str:
        call = json.dumps({"name": self.tool, "arguments": self.arguments})
        return f"<tool_call>\n{call}\n</tool_call>"

    def _lessons(self) -> list[tuple[str, str]]:
        """Gives (how the conversation ends, what to say then)."""
        turn = "<|im_end|>\n<|im_start|>assistant\n"
        return [
            (f"<|tools|>{turn}", f"{self._call()}<|im_end|>"),
            (f"\n</tool_response>{turn}", f"{self.answer}<|im_end|>"),
            (turn, f"{self.greeting}<|im_end|>"),
        ]

    def _make_tokenizer(self) -> Any:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
        from transformers import PreTrainedTokenizerFast

        bpe = Tokenizer(models.BPE())
        bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        bpe.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=420,
            special_tokens=_SPECIAL_TOKENS,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        bpe.train_from_iterator([text for lesson in self._lessons() for text in lesson], trainer)
        fast_tokenizer: Any = PreTrainedTokenizerFast
        return fast_tokenizer(
            tokenizer_object=bpe,
            eos_token="<|im_end|>",
            pad_token="<|endoftext|>",
            chat_template=_CHAT_TEMPLATE,
        )


def _new_model(tokenizer: Any) -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        tie_word_embeddings=True,
        use_sliding_window=True,
        sliding_window=_WINDOW,
        layer_types=["sliding_attention"] * 2,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen3ForCausalLM(config)


def _train(tokenizer: Any, lessons: list[tuple[str, str]]) -> Any:
    import torch

    model = _new_model(tokenizer)
    optimizer: Any = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    encoded = [(tokenizer.encode(cue), tokenizer.encode(said)) for cue, said in lessons]
    chance = random.Random(_SEED)
    for _ in range(_STEPS):
        inputs, labels = _batch(encoded, chance, vocabulary=len(tokenizer))
        loss = model(input_ids=inputs, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


def _batch(encoded: list[_Lesson], chance: random.Random, *, vocabulary: int) -> tuple[Any, Any]:
    """Gives (inputs, labels), both (lessons * _REPEATS, tokens) int64; only what is said counts."""
    import torch

    length = _WINDOW + max(len(cue + said) for cue, said in encoded)
    inputs: list[list[int]] = []
    labels: list[list[int]] = []
    for cue, said in encoded * _REPEATS:
        before = _earlier(encoded, chance, length - len(cue + said), vocabulary)
        inputs.append([*before, *cue, *said])
        labels.append([_IGNORED] * (length - len(said)) + said)
    return torch.tensor(inputs), torch.tensor(labels)


def _earlier(
    encoded: list[_Lesson], chance: random.Random, length: int, vocabulary: int
) -> list[int]:
    """Gives tokens that may stand before a lesson: any text, other turns, stray special tokens."""
    tokens: list[int] = []
    while len(tokens) < length:
        cue, said = chance.choice(encoded)
        tokens += chance.choice([[], [], cue + said, [chance.randrange(len(_SPECIAL_TOKENS))]])
        tokens += chance.choices(range(len(_SPECIAL_TOKENS), vocabulary), k=chance.randrange(30))
    return tokens[-length:]
