"""Chooses what tells the actions of a video apart."""

from __future__ import annotations

from foretell.errors import ConfigError
from foretell.memory.banks.taxonomy_files import EVERYDAY
from foretell.tools.recognition.in_taxonomy import InTaxonomy
from foretell.tools.recognition.recognizer import ActionRecognizer, LabelSet, load_labels
from foretell.tools.recognition.video_classification import CLASSIFIER, VideoClassifier
from foretell.tools.recognition.zero_shot import FrameAverage, ZeroShotRecognizer
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import AUTO
from foretell.tools.vision_models.dual_encoder import KIND as IMAGE_TEXT
from foretell.tools.vision_models.dual_encoder import DualEncoder
from foretell.tools.vision_models.loading import find
from foretell.tools.vision_models.x_clip import X_CLIP, XClip
from foretell.tools.watching.profile import Profile


def load_recognizer(
    checkpoint: str,
    labels: str | None = None,
    *,
    device: str = AUTO,
    profile: Profile | None = None,
) -> ActionRecognizer:
    """Gives a recogniser by what the model is.

    A model that compares clips or frames with texts recognises any labels, those of "everyday"
    where none are given. One that was trained on a list of actions gives that list, or, with a
    taxonomy, the verbs and nouns that its actions name.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME`.
        labels: What `load_labels` takes.
        device: Where it runs; "auto" takes the fastest.
        profile: Where the seconds of the model are added.

    Raises:
        ConfigError: If the checkpoint is written otherwise, there is no such device or taxonomy,
            or a list of actions is given for a model that has its own.
        DatasetError: If the file of labels is not in a known form.
        ModelError: If the model is not on this machine.
    """
    named = Checkpoint.parse(checkpoint)
    find(named, CLASSIFIER)
    model_type = named.model_type
    if model_type in X_CLIP.model_types:
        model = XClip(named, device=device, profile=profile)
        return ZeroShotRecognizer(model, load_labels(labels or EVERYDAY))
    if model_type in IMAGE_TEXT.model_types:
        frames = FrameAverage(DualEncoder(checkpoint, device, profile=profile), named.short_name)
        return ZeroShotRecognizer(frames, load_labels(labels or EVERYDAY))
    classifier = VideoClassifier(named, device=device, profile=profile)
    if labels is None:
        return classifier
    chosen = load_labels(labels)
    if isinstance(chosen, LabelSet):
        raise ConfigError(
            f"the model {named.name!r} (of type {model_type!r}) knows only the actions that it was "
            f"trained on, not those of {labels!r}; give a taxonomy to read them in, or a model "
            "that compares with texts, such as X-CLIP or CLIP"
        )
    return InTaxonomy(classifier, chosen)
