"""A language model of the user's own, behind an endpoint that speaks OpenAI's protocol of chat completions."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

import httpx

from kg.errors import BadSetting, ModelUnavailable
from kg.settings import Model

_LARGEST = 4 << 20  # bytes of an answer


def complete(model: Model, messages: Sequence[Mapping[str, str]]) -> str:
    """What the model says to a conversation: messages with `role` and `content`.

    Raise BadSetting where no endpoint is set, ModelUnavailable where no answer of the protocol comes in time.
    """
    if not model.url or not model.name:
        missing = "KG_MODEL" if model.url else "KG_MODEL_URL"
        remedy = "Set KG_MODEL_URL (as http://127.0.0.1:11434/v1), KG_MODEL, and KG_MODEL_KEY where one is needed."
        raise BadSetting(missing, "nothing", "the endpoint of a language model, and its name", remedy)
    url = f"{model.url.rstrip('/')}/chat/completions"
    headers = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    asked = {"model": model.name, "messages": list(messages), "temperature": 0}
    try:
        answer = json.loads(_body(url, asked, headers, model.seconds))
        said = answer["choices"][0]["message"]["content"]
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _failed(url, str(error) or type(error).__name__) from error
    except (ValueError, LookupError, TypeError) as error:
        raise _failed(url, "an answer that is no chat completion") from error
    if not isinstance(said, str):
        raise _failed(url, "an answer without words")
    return said


def _body(url: str, asked: Mapping[str, object], headers: Mapping[str, str], seconds: float) -> bytes:
    until = time.monotonic() + seconds
    with httpx.stream("POST", url, json=asked, headers=headers, timeout=seconds, follow_redirects=False) as answer:
        if answer.status_code != 200:
            raise _failed(url, f"status {answer.status_code}")
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > _LARGEST or time.monotonic() > until:
                raise _failed(url, "an answer that is too long, or comes too slowly")
    return body


def _failed(url: str, found: str) -> ModelUnavailable:
    return ModelUnavailable(
        url, found, "a chat completion", "See to the endpoint that KG_MODEL_URL names, and try again."
    )
