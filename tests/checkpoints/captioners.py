"""Models that say what is in pictures and videos, small and untrained, saved as real ones are."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.checkpoints.chance import SEED
from tests.checkpoints.tokenizer import byte_tokenizer

SIDE = 28
PATCH = 14
_CHAT = (
    "{% for message in messages %}{{ message['role'] }}: {% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% elif part['type'] == 'video' %}<video>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
_VISION: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": SIDE,
    "patch_size": PATCH,
}
_TEXT: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 4096,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
_SIZE = {"height": SIDE, "width": SIDE}


def save_idefics3(folder: Path) -> None:
    """The family of SmolVLM-256M and SmolVLM-500M."""
    hf = _transformers()

    tokens = ["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
    rows = [f"<row_{row}_col_{col}>" for row in range(1, 3) for col in range(1, 3)]
    tokenizer = byte_tokenizer([*tokens, *rows])
    config = hf.Idefics3Config(
        vision_config=_VISION,
        text_config={"model_type": "llama", "vocab_size": len(tokenizer), **_TEXT},
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=0,
    )
    pictures = hf.Idefics3ImageProcessorPil
    processor = hf.Idefics3Processor
    images = pictures(size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE})
    _save(
        folder,
        hf.Idefics3ForConditionalGeneration(config),
        processor(images, tokenizer, image_seq_len=1, chat_template=_CHAT),
    )


def save_idefics2(folder: Path) -> None:
    """A family that would cut pictures into tiles, and knows of no largest picture."""
    hf = _transformers()

    tokenizer = byte_tokenizer(["<image>", "<fake_token_around_image>", "<end_of_utterance>"])
    config = hf.Idefics2Config(
        vision_config=_VISION,
        perceiver_config={
            "hidden_size": 32,
            "resampler_n_latents": 2,
            "resampler_depth": 1,
            "resampler_n_heads": 2,
            "num_key_value_heads": 2,
            "resampler_head_dim": 16,
        },
        text_config={"model_type": "llama", "vocab_size": len(tokenizer), **_TEXT},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
    )
    images = hf.Idefics2ImageProcessorPil(
        do_image_splitting=True, size={"shortest_edge": SIDE, "longest_edge": SIDE}
    )
    _save(
        folder,
        hf.Idefics2ForConditionalGeneration(config),
        hf.Idefics2Processor(images, tokenizer, image_seq_len=2, chat_template=_CHAT),
    )


def save_smolvlm(folder: Path) -> None:
    """The family of SmolVLM2, which needs torchvision and num2words."""
    hf = _transformers()

    tokens = ["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
    tokenizer = byte_tokenizer([*tokens, "<video>"])
    config = hf.SmolVLMConfig(
        vision_config=_VISION,
        text_config={"model_type": "llama", "vocab_size": len(tokenizer), **_TEXT},
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=0,
    )
    pictures = hf.SmolVLMImageProcessor
    films = hf.SmolVLMVideoProcessor
    processor = hf.SmolVLMProcessor
    sizes = {"size": {"longest_edge": 2 * SIDE}, "max_image_size": {"longest_edge": SIDE}}
    film = films(
        **sizes,
        num_frames=4,
        fps=1,
        video_sampling={"video_size": {"longest_edge": SIDE}, "max_frames": 4, "fps": 1},
    )
    prepared = processor(pictures(**sizes), tokenizer, film, image_seq_len=1, chat_template=_CHAT)
    _save(folder, hf.SmolVLMForConditionalGeneration(config), prepared)


def save_qwen2_vl(folder: Path) -> None:
    """The family of Qwen's vision models, which needs torchvision."""
    hf = _transformers()
    tokenizer = byte_tokenizer(
        ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    )
    text = {**_TEXT, "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2]}}
    config = hf.Qwen2VLConfig(
        vision_config={
            "depth": 2,
            "embed_dim": 16,
            "hidden_size": 32,
            "num_heads": 2,
            "mlp_ratio": 2,
            "patch_size": PATCH,
        },
        text_config={**text, "vocab_size": len(tokenizer), "num_key_value_heads": 2},
        vision_start_token_id=tokenizer.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=tokenizer.convert_tokens_to_ids("<|vision_end|>"),
        image_token_id=tokenizer.convert_tokens_to_ids("<|image_pad|>"),
        video_token_id=tokenizer.convert_tokens_to_ids("<|video_pad|>"),
    )
    pictures, films = hf.Qwen2VLImageProcessor, hf.Qwen2VLVideoProcessor
    sizes = {"patch_size": PATCH, "size": {"shortest_edge": 28 * 28, "longest_edge": 56 * 56}}
    chat = _CHAT.replace("<image>", "<|vision_start|><|image_pad|><|vision_end|>")
    chat = chat.replace("<video>", "<|vision_start|><|video_pad|><|vision_end|>")
    prepared = hf.Qwen2VLProcessor(pictures(**sizes), tokenizer, films(**sizes), chat_template=chat)
    _save(folder, hf.Qwen2VLForConditionalGeneration(config), prepared)


def save_llava(folder: Path, *, begun: bool = False, thinks: bool = False) -> None:
    """The family of LLaVA 1.5: a CLIP tower before a Llama.

    Where `begun`, its tokenizer begins every text with `<s>`, and so does its template, as real
    ones do. Where it `thinks`, its template opens a thought.
    """
    hf = _transformers()

    tokenizer = byte_tokenizer(["<image>"], begun=begun)
    config = hf.LlavaConfig(
        vision_config={"model_type": "clip_vision_model", "projection_dim": 16, **_VISION},
        text_config={"model_type": "llama", "vocab_size": len(tokenizer), **_TEXT},
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-1,
        pad_token_id=0,
    )
    processor = hf.LlavaProcessor
    prepared = processor(
        _clip_pictures(),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=("<s>" if begun else "") + _CHAT + ("<think>\n" if thinks else ""),
    )
    _save(folder, hf.LlavaForConditionalGeneration(config), prepared)


def save_blip2(folder: Path) -> None:
    """The family of LALM's captioner: a Q-Former between a tower and an OPT."""
    hf = _transformers()

    tokenizer = byte_tokenizer(["<image>"])
    config = hf.Blip2Config(**_with_q_former("blip_2", tokenizer))
    processor = hf.Blip2Processor
    prepared = processor(_blip_pictures(), tokenizer, num_query_tokens=4)
    _save(folder, hf.Blip2ForConditionalGeneration(config), prepared)


def save_instructblip(folder: Path) -> None:
    """A model like BLIP-2 whose Q-Former reads the question, so that there must be one."""
    hf = _transformers()

    tokenizer = byte_tokenizer(["<image>"])
    config = hf.InstructBlipConfig(**_with_q_former("instructblip", tokenizer))
    processor = hf.InstructBlipProcessor
    prepared = processor(_blip_pictures(), tokenizer, byte_tokenizer(), num_query_tokens=4)
    _save(folder, hf.InstructBlipForConditionalGeneration(config), prepared)


def save_vision_encoder_decoder(folder: Path) -> None:
    """The family of ViT-GPT2, whose pictures and texts are prepared apart."""
    hf = _transformers()

    tokenizer = byte_tokenizer()
    gpt2 = {"vocab_size": len(tokenizer), "n_embd": 16, "n_layer": 1, "n_head": 2}
    config = hf.VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        hf.ViTConfig(**_VISION), hf.GPT2Config(**gpt2, bos_token_id=1, eos_token_id=2)
    )
    _save(folder, hf.VisionEncoderDecoderModel(config=config), tokenizer)
    pictures = hf.ViTImageProcessorPil
    pictures(size=_SIZE).save_pretrained(folder)


def save_blip(folder: Path) -> None:
    """A model that captions a picture and reads no question."""
    hf = _transformers()

    tokenizer = byte_tokenizer()
    text = {**_TEXT, "hidden_size": 16, "encoder_hidden_size": 16, "projection_dim": 16}
    config = hf.BlipConfig(
        vision_config={**_VISION, "projection_dim": 16},
        text_config={
            **text,
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 512,
            "sep_token_id": 2,
            "is_decoder": True,
        },
        projection_dim=16,
    )
    processor = hf.BlipProcessor
    prepared = processor(_blip_pictures(), tokenizer)
    _save(folder, hf.BlipForConditionalGeneration(config), prepared)


def save_git(folder: Path) -> None:
    """A model that continues a caption after the picture's tokens."""
    hf = _transformers()

    tokenizer = byte_tokenizer()
    config = hf.GitConfig(
        vision_config={"model_type": "git_vision_model", **_VISION},
        vocab_size=len(tokenizer),
        **{**_TEXT, "max_position_embeddings": 512},
    )
    processor = hf.GitProcessor
    _save(folder, hf.GitForCausalLM(config), processor(_clip_pictures(), tokenizer))


def save_text_model(folder: Path) -> None:
    """A language model that sees nothing."""
    hf = _transformers()

    config = hf.LlamaConfig(vocab_size=len(byte_tokenizer()), **_TEXT)
    _save(folder, hf.LlamaForCausalLM(config), byte_tokenizer())


def save_llava_begun(folder: Path) -> None:
    """A LLaVA whose texts begin with `<s>`."""
    save_llava(folder, begun=True)


def teach(folder: Path, words: str, *, ends: bool = True) -> None:
    """Makes a saved model say those words of everything, and then nothing, or never stop.

    Each token is made by far the likeliest after those before it, by what transformers calls a
    sequence bias.
    """
    tokens: list[int] = byte_tokenizer()(words)["input_ids"]
    if ends:
        tokens.append(2)
    file = folder / "generation_config.json"
    settings = json.loads(file.read_text())
    settings["sequence_bias"] = [
        [tokens[:count], 1000.0 * count] for count in range(1, len(tokens) + 1)
    ]
    file.write_text(json.dumps(settings))


FAMILIES: dict[str, Callable[[Path], None]] = {
    "idefics2": save_idefics2,
    "idefics3": save_idefics3,
    "llava": save_llava,
    "llava_begun": save_llava_begun,
    "instructblip": save_instructblip,
    "vision_encoder_decoder": save_vision_encoder_decoder,
    "blip2": save_blip2,
    "blip": save_blip,
    "git": save_git,
    "smolvlm": save_smolvlm,
    "qwen2_vl": save_qwen2_vl,
    "text": save_text_model,
}


def one_line(said: str) -> str:
    """What is expected of a model that says this."""
    return " ".join(said.split())


def _transformers() -> Any:
    return importlib.import_module("transformers")


def _with_q_former(family: str, tokenizer: Any) -> dict[str, Any]:
    """Gives the settings of a model of a tower, a Q-Former and an OPT."""
    text = {key: _TEXT[key] for key in _TEXT if key != "intermediate_size"}
    return {
        "vision_config": {**_VISION, "model_type": f"{family}_vision_model"},
        "qformer_config": {
            "model_type": f"{family}_qformer",
            "vocab_size": len(tokenizer),
            "hidden_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "encoder_hidden_size": 16,
        },
        "text_config": {
            **text,
            "model_type": "opt",
            "vocab_size": len(tokenizer),
            "ffn_dim": 48,
            "word_embed_proj_dim": 32,
        },
        "num_query_tokens": 4,
        "image_token_index": tokenizer.convert_tokens_to_ids("<image>"),
    }


def _clip_pictures() -> Any:
    hf = _transformers()

    pictures = hf.CLIPImageProcessorPil
    return pictures(size={"shortest_edge": SIDE}, crop_size=_SIZE)


def _blip_pictures() -> Any:
    hf = _transformers()

    pictures = hf.BlipImageProcessorPil
    return pictures(size=_SIZE)


def _save(folder: Path, model: Any, processor: Any) -> None:
    """Writes the model, its weights drawn again so wide that its words depend on the picture."""
    import torch

    chance: Any = torch.random
    with chance.fork_rng(devices=[]), torch.no_grad():
        chance.manual_seed(SEED)
        for name, weights in model.named_parameters():
            if (weights.ndim > 1 or name.endswith("embedding")) and "norm" not in name:
                weights.normal_(std=0.3)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
