#!/bin/sh
# LangChain's OpenAI client adds up token counts that each piece of a stream tells so far.
#
# One would guess: usage_metadata of a streamed reply is what the server counted, whatever piece tells
# it; a count that is repeated is a count of the same tokens.
# What happens: usage of all pieces is added. OpenAI tells it once, in the last piece. vLLM with
# stream_options.continuous_usage_stats, and many gateways, tell the running total with every piece: 30
# pieces of a reply to 9,000 tokens of input then count as 270,000 tokens of input. No warning is given.
# Why it matters: budgets, prices and rate limits are computed from usage_metadata. A budget of 200,000
# tokens is "used up" by one short answer, and the same reply costs 30 times less without streaming.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    langchain-openai==1.7.3 langchain-core==1.7.2 openai==3.54.0
"$folder/venv/bin/python" - <<'P'
import json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

from langchain_openai import ChatOpenAI

PIECES = 30


def usage(written):
    return {"prompt_tokens": 9000, "completion_tokens": written, "total_tokens": 9000 + written}


def piece(number):
    ends = "stop" if number == PIECES else None
    choice = {"index": 0, "delta": {"role": "assistant", "content": "a "}, "finish_reason": ends}
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m",
            "choices": [choice], "usage": usage(number)}


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for number in range(1, PIECES + 1):
            self.wfile.write(f"data: {json.dumps(piece(number))}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
model = ChatOpenAI(model="m", api_key="k", base_url=f"http://127.0.0.1:{server.server_port}/v1")
reply = None
for chunk in model.stream("Hello"):
    reply = chunk if reply is None else reply + chunk
server.shutdown()
told = (reply.usage_metadata["input_tokens"], reply.usage_metadata["output_tokens"])
print("langchain-openai", version("langchain-openai"), "langchain-core", version("langchain-core"))
print("the server counted (9000, 30) tokens; the reply tells", told)
assert told == (PIECES * 9000, sum(range(1, PIECES + 1))), "this has changed"
P
