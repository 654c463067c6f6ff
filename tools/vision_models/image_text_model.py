"""Writes about clips with a transformers model that reads pictures or videos."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from foretell.errors import ModelError, SilentModel, UnusableModel
from foretell.thoughts import CUT_OFF, read_spoken, with_opened_thought
from foretell.tools.vision_models.chat_reply import tidy_caption
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import AUTO, Batches, choose_device
from foretell.tools.vision_models.loading import Kind, Loaded, load, load_processor
from foretell.tools.vision_models.picture_prompt import PicturePrompt
from foretell.tools.watching.profile import Profile
from foretell.types import Clip

_CLIP_BYTES = 512 << 20
"""Memory that a clip takes in a model of 2 billion parameters, estimated."""
_OPENING_TOKENS = 16
"""Tokens, more than the opening tag of a thought has in any tokenizer."""
_MOST_CLIPS = {"cpu": 8}
_MOST_CLIPS_ON_GPU = 32
"""Clips of a pass; more are no faster."""


class ImageTextModel:
    """A model on this machine, which is loaded when it first writes.

    Args:
        checkpoint: The model.
        kind: What it is used as.
        max_new_tokens: Longest text.
        device: Where it runs; see `choose_device`.
        profile: Where its seconds are added.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        kind: Kind,
        *,
        max_new_tokens: int,
        device: str = AUTO,
        profile: Profile | None = None,
    ) -> None:
        self._checkpoint = checkpoint
        self._kind = kind
        self._max_new_tokens = max_new_tokens
        self._device = device
        self._profile = profile or Profile()

    @functools.cached_property
    def processor(self) -> Any:
        """What prepares its inputs, which `PicturePrompt` asks for; the weights are not read.

        Raises:
            ModelError: If the model is not on this machine, damaged, of another kind, too large, or
                has nothing that prepares both pictures and text.
            MissingExtra: If a package that it needs is not installed.
        """
        with self._profile.phase("load"):
            found = load_processor(self._checkpoint, self._kind, choose_device(self._device))
        missing = [part for part in ("tokenizer", "image_processor") if not hasattr(found, part)]
        if missing:
            raise UnusableModel(
                f"the model {self._checkpoint.name!r} prepares pictures or text, not both: its "
                f"{type(found).__name__} has no {missing[0]}; take another (foretell models list), "
                f"or do without: {self._kind.without_it}"
            )
        found.tokenizer.padding_side = "left"
        _keep_whole(found.image_processor)
        return found

    @property
    def clips_at_once(self) -> int:
        """As many as fit into memory; fewer once it has run out."""
        return self._batches.size

    def write(self, clips: Sequence[Clip], prompt: PicturePrompt) -> list[str]:
        """Gives the likeliest line of text for each clip.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory, cannot be asked that, or
                only thinks.
        """
        return self._batches.run(clips, functools.partial(self._write, prompt))

    def first_odds(self, clip: Clip, prompt: PicturePrompt) -> Any:
        """Gives (vocabulary,) float32, how much each token would be the first that it writes.

        Raises:
            ModelError: If the model cannot be loaded, runs out of memory or cannot be asked that.
        """
        return self._batches.run([clip], functools.partial(self._first_odds, prompt))[0]

    def _write(self, prompt: PicturePrompt, clips: Sequence[Clip]) -> list[str]:
        written, inputs = self._generate(prompt, clips, self._max_new_tokens)
        new = _without_prompt(written.sequences, inputs.get("input_ids"))
        texts = self.processor.tokenizer.batch_decode(new, skip_special_tokens=True)
        asked = self._end_of_prompt(inputs.get("input_ids"))
        return [
            self._tidy(with_opened_thought(text, asked), cut_off=last not in self._ends)
            for text, last in zip(texts, new[:, -1].tolist(), strict=True)
        ]

    def _end_of_prompt(self, prompt: Any) -> str:
        """Returns the last words of a prompt, in which a chat template may open a thought."""
        if prompt is None:
            return ""
        return str(self.processor.tokenizer.decode(prompt[0, -_OPENING_TOKENS:]))

    def _tidy(self, text: str, *, cut_off: bool) -> str:
        said = read_spoken(text, cut_off=cut_off and bool(text))
        if said.silence == CUT_OFF:
            raise SilentModel(
                f"the model {self._checkpoint.short_name!r} {CUT_OFF}, with room for "
                f"{self._max_new_tokens} tokens; take one that does not think first "
                "(foretell models list)",
                text,
            )
        return tidy_caption(said.text, cut_off=cut_off)

    def _first_odds(self, prompt: PicturePrompt, clips: Sequence[Clip]) -> list[Any]:
        said, _ = self._generate(prompt, clips, 1, output_logits=True)
        return list(said.logits[0].float())

    def _generate(
        self, prompt: PicturePrompt, clips: Sequence[Clip], tokens: int, **more: Any
    ) -> tuple[Any, Any]:
        """Gives what `generate` gives, with the inputs it was given."""
        import torch

        model, device = self._loaded.model, self._loaded.device.name
        try:
            with self._profile.phase("preprocess"):
                inputs = prompt.inputs(clips).to(device, model.dtype)
            with self._profile.phase("forward"), torch.inference_mode():
                said = model.generate(
                    **inputs,
                    max_new_tokens=tokens,
                    do_sample=False,
                    return_dict_in_generate=True,
                    **more,
                )
        except ValueError as error:  # of a processor, as where a question holds its special words
            name = self._checkpoint.short_name
            raise ModelError(f"the model {name!r} cannot be asked that: {error}") from error
        return said, inputs

    @functools.cached_property
    def _loaded(self) -> Loaded:
        with self._profile.phase("load"):
            return load(self._checkpoint, self._kind, choose_device(self._device))

    @functools.cached_property
    def _ends(self) -> set[int]:
        """The tokens that the last one of a text is among, unless it was cut off."""
        settings = self._loaded.model.generation_config
        ends = settings.eos_token_id
        return {*(ends if isinstance(ends, list) else [ends]), settings.pad_token_id}

    @functools.cached_property
    def _batches(self) -> Batches:
        name = self._loaded.device.name
        most = _MOST_CLIPS.get(name, _MOST_CLIPS_ON_GPU)
        free = choose_device(name)  # what is left beside the weights
        model = f"the model {self._checkpoint.short_name!r}"
        return Batches(free.batch_for(_CLIP_BYTES, most), model, free)


def _without_prompt(written: Any, prompt: Any) -> Any:
    """Gives the (N, T) tokens that are new; most models repeat their prompt before them."""
    import torch

    if prompt is None:
        return written
    length = prompt.shape[1]
    return written[:, length:] if torch.equal(written[:, :length], prompt) else written


def _keep_whole(image_processor: Any) -> None:
    """Keeps a model from cutting each frame into enlarged tiles, which serves documents."""
    if hasattr(image_processor, "do_image_splitting"):
        image_processor.do_image_splitting = False
        if hasattr(image_processor, "max_image_size"):
            image_processor.size = image_processor.max_image_size
