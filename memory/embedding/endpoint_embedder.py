"""Vectors from any endpoint that speaks OpenAI's embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from foretell.endpoint import Endpoint, describe_failure
from foretell.errors import ModelError
from foretell.memory.cosines import on_grid

if TYPE_CHECKING:
    import openai

BATCH = 64
"""Texts of a request, so many that round trips hardly count."""


class _Item(BaseModel):
    index: int
    embedding: list[float]


class _Answer(BaseModel):
    data: list[_Item]


class EndpointEmbedder:
    """Asks an endpoint; failed requests are sent again by the client.

    Args:
        model: The model's name at the endpoint.
        endpoint: Where it is.

    Raises:
        ConfigError: If the name is empty, or there is neither a key nor an endpoint.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
    ) -> None:
        endpoint.check("embedder", model, "the embedder 'minilm'")
        self.id = f"openai:{model}"
        self._model = model
        self._endpoint = endpoint
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """Length D of each vector; asks for one where none came yet.

        Raises:
            ModelError: If the endpoint fails.
        """
        if self._dimension is None:
            self.embed(["dimension"])
        assert self._dimension is not None
        return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of length 1, one a text.

        Raises:
            ModelError: If the endpoint fails, or does not give one vector of length D a text.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._endpoint.client() as client:
            batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
            return np.concatenate([self._request(client, batch) for batch in batches])

    def _request(self, client: openai.OpenAI, texts: Sequence[str]) -> NDArray[np.float32]:
        import openai

        # Endpoints refuse a text without a character in it.
        given = [text if text.strip() else "-" for text in texts]
        try:
            response = client.embeddings.with_raw_response.create(
                model=self._model, input=given, encoding_format="float"
            )
            answer = _Answer.model_validate_json(response.text)
        except openai.OpenAIError as error:
            raise ModelError(
                describe_failure(error, self._where, self._endpoint.timeout_seconds)
            ) from error
        except ValidationError as error:
            raise ModelError(
                f"{self._where} did not answer with embeddings ({error.errors()[0]['msg']}); "
                "check base_url and the model"
            ) from error
        ordered = sorted(answer.data, key=lambda item: item.index)
        return self._checked([item.embedding for item in ordered], len(texts))

    def _checked(self, rows: list[list[float]], count: int) -> NDArray[np.float32]:
        """Gives the rows as unit vectors."""
        where = self._where
        if len(rows) != count:
            raise ModelError(f"{where} gave {len(rows)} vectors for {count} texts; check the model")
        if self._dimension is None:
            self._dimension = len(rows[0])
        lengths = {len(row) for row in rows}
        if lengths != {self._dimension}:
            raise ModelError(
                f"{where} gave vectors of length {sorted(lengths)}, where {self._dimension} was "
                "expected; check the model"
            )
        vectors = np.asarray(rows, np.float64)
        norms: NDArray[np.float64] = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(norms) & (norms > 0)).all():
            raise ModelError(f"{where} gave a vector without a direction; check the model")
        return on_grid(vectors / norms)

    @property
    def _where(self) -> str:
        return self._endpoint.where("embedder", self._model)
