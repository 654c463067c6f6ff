"""One frozen `Config`, built once: file < environment < arguments.

The file is `config.toml` in the user's configuration folder, or the one that `FORETELL_CONFIG`
names. Each field can also be set by an environment variable, `FORETELL_` and its name.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from foretell.endpoint import Endpoint
from foretell.errors import ConfigError
from foretell.hidden import hide

EMBEDDED = "embedded"
PREFIX = "FORETELL_"
"""Of the environment variables that set something."""
SECRET = ("api_key", "base_url")
"""Settings whose values are told nowhere: an address may hold a name and a password."""
BESIDE_SETTINGS = (
    *("CONFIG", "DATA", "SERVER_HOST", "SERVER_PORT", "SERVER_TOKEN", "SERVER_ALLOWED_HOSTS"),
    *("SERVER_ALLOWED_ORIGINS", "SERVER_MAX_UPLOAD_BYTES", "SERVER_QUESTIONS_AT_ONCE"),
    *("SERVER_QUESTIONS_WAITING", "SERVER_MAX_CONNECTIONS"),
)
"""Variables that are no settings: the settings file, and the data of tests and evaluations."""
MISSPELT = 0.65
"""Likeness to a setting's name, as difflib has it, from which a variable is meant to be it: MODLE
has 0.80 and CAPTION 0.88; PYTHON, of some program that runs foretell, 0.53."""


def config_file() -> Path:
    """Gives the path of the settings file, which need not exist."""
    named = os.environ.get("FORETELL_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("foretell") / "config.toml"


class Config(BaseSettings):
    """Every setting of foretell.

    Attributes:
        library: Folder of the memory.
        model: "embedded", or `NAME` or `PROVIDER:NAME` of a chat model.
        base_url: Root of an OpenAI-compatible endpoint, such as "http://localhost:8000/v1".
        api_key: Its key.
        vision_model: Looks at frames again (`look_at`): "hf:FOLDER" or "hf:OWNER/NAME" of a model
            on this machine, or the name of one on the same endpoint that accepts pictures.
        captioner: What describes videos: "hf:FOLDER" or "hf:OWNER/NAME" of a model on this machine,
            or "openai:NAME" of one at the endpoint; None for nothing.
        caption_prompt: What is asked of each clip: what happens, or what the person wants to do.
        caption_seconds: Length of the clips that are described.
        caption_frames: How many frames of a clip are looked at.
        recognizer: "hf:FOLDER" or "hf:OWNER/NAME" of a model that recognises actions.
        labels: What it recognises: a taxonomy's name or path, or a .txt file with one action a
            line; None for its own actions, or those of "everyday" where it has none.
        action_seconds: Length of the overlapping clips that it looks at.
        transcriber: What writes down what is said: "openai:NAME" of a model at the endpoint, or
            "whisper:NAME" or "whisper:FOLDER" of one on this machine; None for nothing.
        frame_scorer: "hf:FOLDER" or "hf:OWNER/NAME" of a model that compares frames with words, so
            that moments are found in frames; None finds them in text.
        moment_judge: "hf:FOLDER" or "hf:OWNER/NAME" of a model that answers questions, or
            "openai:NAME" of one at the endpoint, which looks at found moments again; None keeps
            them as they are.
        moment_labels: The actions that a video may show, so that instances of one are found in its
            frames: a .txt file with one a line, or a taxonomy's name or path, for its verbs.
        device: Where models run: "auto", "cpu", "cuda", "cuda:1" or "mps".
        embedder: "minilm", a folder with a sentence-transformers model, `openai:NAME`, or "hash".
        video_backend: Which library decodes.
        max_pixels: Largest width x height that is decoded.
        decode_seconds: Longest time that decoding may go without giving a frame.
        decode_memory_bytes: Address space of the process that decodes.
        isolate_decoding: Whether files are decoded in a process of their own.
        read_screen_text: Whether watching reads on-screen text (needs the extra `ocr`).
        max_steps: Most model calls a question may take.
        max_tokens: Most tokens a question may take, input and output together.
        max_seconds: Longest time a question may take.
        context_tokens: Tokens that the chat model reads at once, its reply included; None asks the
            endpoint, as far as it tells.
        timeline_tokens: Most tokens of a timeline that a chat model is shown at once.
        request_seconds: Longest time one request to an endpoint may take.
        request_retries: How often a failed request is sent again.
        temperature: Sampling temperature of a chat model; None leaves it to the endpoint.
        cache_responses: Whether answers of a chat model are kept on disk and used again.
        tracing: Whether LangSmith tracing, where the environment turns it on, may post prompts.
        prices: US dollars per million input and output tokens, by model name.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    library: Path = Field(default_factory=lambda: platformdirs.user_data_path("foretell"))
    model: str = EMBEDDED
    base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("FORETELL_BASE_URL", "OPENAI_BASE_URL")
    )
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("FORETELL_API_KEY", "OPENAI_API_KEY")
    )
    vision_model: str | None = None
    captioner: str | None = None
    caption_prompt: Literal["description", "intention"] = "description"
    caption_seconds: float = Field(default=2.0, gt=0, allow_inf_nan=False)
    caption_frames: int = Field(default=4, gt=0)
    recognizer: str | None = None
    labels: str | None = None
    action_seconds: float = Field(default=4.0, gt=0, allow_inf_nan=False)
    transcriber: str | None = None
    frame_scorer: str | None = None
    moment_judge: str | None = None
    moment_labels: str | None = None
    device: str = "auto"
    embedder: str = "minilm"
    video_backend: Literal["pyav", "decord"] = "pyav"
    max_pixels: int = Field(default=8192 * 4320, gt=0)
    decode_seconds: float = Field(default=60.0, gt=0)
    decode_memory_bytes: int = Field(default=4 << 30, gt=0)
    isolate_decoding: bool = True
    read_screen_text: bool = True
    max_steps: int = Field(default=12, gt=0)
    max_tokens: int = Field(default=200_000, gt=0)
    max_seconds: float = Field(default=300.0, gt=0)
    context_tokens: int | None = Field(default=None, ge=512)
    timeline_tokens: int = Field(default=8000, gt=0)
    request_seconds: float = Field(default=120.0, gt=0)
    request_retries: int = Field(default=2, ge=0)
    temperature: float | None = Field(default=None, ge=0, le=2)
    cache_responses: bool = True
    tracing: bool = False
    prices: dict[str, tuple[float, float]] = Field(default_factory=dict)

    @field_validator("base_url")
    @classmethod
    def _check_address(cls, address: str | None) -> str | None:
        if address is not None and "@" in urlsplit(address).netloc:
            raise ValueError("give the address without a name and a password, and a key as api_key")
        return address

    def model_post_init(self, context: Any, /) -> None:
        """Lets the key be told nowhere."""
        if self.api_key is not None:
            hide(self.api_key.get_secret_value())

    @field_validator("device")
    @classmethod
    def _check_device(cls, device: str) -> str:
        if not re.fullmatch(r"auto|cpu|cuda(:\d+)?|mps", device):
            raise ValueError("give auto, cpu, cuda, cuda:1 (or another number) or mps")
        return device

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint, and how long is waited for it."""
        key = None if self.api_key is None else self.api_key.get_secret_value()
        return Endpoint(self.base_url, key, self.request_seconds, self.request_retries)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Reads arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def load_config(**arguments: Any) -> Config:
    """Builds the settings from file, environment and `arguments`; an argument of None is unset.

    Raises:
        ConfigError: If a setting is unknown, of the wrong type or out of range, or the environment
            misspells one.
    """
    _check_environment()
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Config(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(_wrong(first["loc"], first.get("input"), first["msg"])) from None
    except SettingsError as error:
        raise ConfigError(
            "the environment sets FORETELL_PRICES to something that is no JSON; give one such as "
            '{"NAME": [1.0, 2.0]}, in dollars per million tokens in and out, or unset it'
        ) from error
    except ValueError as error:
        raise ConfigError(f"{config_file()} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(
            f"{config_file()} nests values too deeply; no setting is nested, but for 'prices'"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"cannot read the settings in {str(config_file())!r}: {error.strerror}; give "
            "FORETELL_CONFIG the path of a file"
        ) from error


def _wrong(place: Sequence[int | str], given: object, complaint: str) -> str:
    """Says what is wrong with a setting.

    What was given is told of a setting that there is and that holds no secret: below another name
    may stand a key.
    """
    name = ".".join(map(str, place)).lower().removeprefix(PREFIX.lower())
    is_open = name in Config.model_fields and name not in SECRET
    told = f" is {given!r}" if is_open and isinstance(given, str | int | float) else ""
    what = complaint.removeprefix("Value error, ")
    return (
        f"setting {name!r}{told}: {what}; "
        f"set it as an argument, as FORETELL_{name.upper()} or in {config_file()}"
    )


def unknown_variables() -> list[str]:
    """Returns the variables that begin as ours and set nothing, such as another program's."""
    known = {*(name.upper() for name in Config.model_fields), *BESIDE_SETTINGS}
    own = [name for name in os.environ if name.upper().startswith(PREFIX)]
    return [name for name in own if name.upper().removeprefix(PREFIX) not in known]


def _check_environment() -> None:
    """Sees that no variable is a misspelt one of ours, which would do nothing.

    Raises:
        ConfigError: If one is; the nearest is named.
    """
    names = [*(name.upper() for name in Config.model_fields), *BESIDE_SETTINGS]
    for name in unknown_variables():
        own = name.upper().removeprefix(PREFIX)
        if near := difflib.get_close_matches(own, names, 1, cutoff=MISSPELT):
            raise ConfigError(
                f"the environment sets {name}, and there is no such setting; the nearest is "
                f"{PREFIX}{near[0]}: unset it, or give it that name"
            )
