"""A tokenizer of bytes, which needs no training and splits any text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SPECIAL_TOKENS = ("<pad>", "<s>", "</s>", "<unk>")


def byte_tokenizer(extra_tokens: Sequence[str] = (), **settings: Any) -> Any:
    """Gives a fast tokenizer: the special tokens, then 256 bytes, then `extra_tokens`.

    A text is surrounded by `<s>` and `</s>` only where `surrounded=True` is among the settings, and
    begun with `<s>` only where `begun=True` is.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    surrounded, begun = settings.pop("surrounded", False), settings.pop("begun", False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate([*SPECIAL_TOKENS, *alphabet])}
    bytes_alone = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    bytes_alone.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_alone.decoder = decoders.ByteLevel()
    if surrounded or begun:
        bytes_alone.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>" if surrounded else "<s> $A",
            special_tokens=[("<s>", 1), ("</s>", 2)],
        )
    fast_tokenizer: Any = PreTrainedTokenizerFast
    return fast_tokenizer(
        tokenizer_object=bytes_alone,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=list(extra_tokens),
        **settings,
    )
