"""Answers `/v1/embeddings` with vectors of hashed words: equal texts are equal, alike are near."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

Json = dict[str, Any]


class _EmbeddingRequest(BaseModel):
    model: str
    input: str | list[str]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int = Field(default=64, gt=0)


def embeddings(body: Json) -> tuple[int, Json]:
    """Gives the status and the JSON of the answer."""
    try:
        request = _EmbeddingRequest.model_validate(body)
    except ValidationError as error:
        return 400, {"error": {"message": str(error), "type": "invalid_request_error"}}
    texts = [request.input] if isinstance(request.input, str) else request.input
    vectors = [embed(text, request.dimensions) for text in texts]
    data = [
        {"object": "embedding", "index": index, "embedding": _encode(vector, request)}
        for index, vector in enumerate(vectors)
    ]
    words = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": words, "total_tokens": words}
    return 200, {"object": "list", "model": request.model, "data": data, "usage": usage}


def embed(text: str, dimensions: int = 64) -> NDArray[np.float32]:
    """Gives the (dimensions,) float32 unit vector of a text."""
    vector = np.full(dimensions, 1e-3, dtype=np.float32)
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(word.encode()) % dimensions] += 1.0
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length)


def _encode(vector: NDArray[np.float32], request: _EmbeddingRequest) -> str | list[float]:
    if request.encoding_format == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return [float(value) for value in vector]
