"""A Whisper model with random weights, in the form that faster-whisper reads."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tests.checkpoints.chance import SEED


def save_whisper(folder: Path) -> Path:
    """Saves a model of two tiny layers with a tokenizer of bytes, and gives its folder."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    bpe: Any = Tokenizer(models.BPE(vocabulary, []))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>"]
    special += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>", *(f"<|{number * 0.02:.2f}|>" for number in range(1501))]
    bpe.add_special_tokens(special)
    names = sorted(bpe.get_vocab(), key=lambda name: bpe.get_vocab()[name])
    library: Any = importlib.import_module("transformers")
    config = library.WhisperConfig(
        vocab_size=len(names),
        d_model=16,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_mel_bins=80,
        pad_token_id=256,
        bos_token_id=256,
        eos_token_id=256,
        decoder_start_token_id=257,
        suppress_tokens=[],
        begin_suppress_tokens=[256],
    )
    chance: Any = torch.random
    with chance.fork_rng(devices=[]):
        chance.manual_seed(SEED)
        model = library.WhisperForConditionalGeneration(config)
    published = folder.with_name(f"{folder.name}-published")
    model.save_pretrained(published)
    special_tokens = {"eos_token": "<|endoftext|>", "additional_special_tokens": special[1:9]}
    fast = library.PreTrainedTokenizerFast(tokenizer_object=bpe, **special_tokens)
    fast.save_pretrained(published)
    converters: Any = importlib.import_module("ctranslate2.converters")
    converters.TransformersConverter(str(published), copy_files=["tokenizer.json"]).convert(
        str(folder)
    )
    return folder
