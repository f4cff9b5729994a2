"""A small server with vLLM's command line and log lines, for tests of the life of a server.

What it does is told by the environment variable ``FAKE``: empty for a server that works;
``exits``, ``memory``, ``hangs``, ``port`` for one that does not start; ``stubborn`` for one
that ignores TERM and has descendants that left its group; ``dies`` for one that ends on
its first completion request; ``slow`` for one that takes half a second a token.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEHAVIOUR = os.environ.get("FAKE", "")


def option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say(line: str) -> None:
    write(f"(EngineCore pid={os.getpid()}) INFO 11-23 14:48:02 [x.py:1] {line}")


def outlive() -> None:
    """Leave a child in the group and a grandchild in a session of its own; neither heeds TERM."""
    for leave_group in (False, True):
        if os.fork() == 0:
            if leave_group:
                os.setsid()
                if os.fork():
                    os._exit(0)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(60)


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with the list of models, every POST with a stream."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep the log to what the tests look for."""

    def do_GET(self) -> None:
        """List the one model."""
        body = json.dumps({"data": [{"id": option("--served-model-name")}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Stream as many tokens as asked for."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if BEHAVIOUR == "dies":
            write("RuntimeError: the engine fell over")
            os._exit(3)
        tokens = request.get("max_tokens", 2)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(1, tokens + 1):
            usage = {"prompt_tokens": 3, "completion_tokens": number, "total_tokens": 3 + number}
            choice = {"index": 0, "text": " a", "finish_reason": None}
            if number == tokens:
                choice["finish_reason"] = "length"
            event = {"id": "1", "choices": [choice], "usage": usage}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            if BEHAVIOUR == "slow":
                time.sleep(0.5)
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True


def main() -> None:
    if BEHAVIOUR == "exits":
        sys.exit("api_server.py: error: unrecognized arguments: --no-such-flag")
    if BEHAVIOUR == "memory":
        write("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 GiB")
        write("RuntimeError: Engine core initialization failed. See root cause above.")
        sys.exit(1)
    if BEHAVIOUR == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        outlive()
    if BEHAVIOUR == "hangs":
        say("Initializing model took 0.01 seconds")
        time.sleep(600)
    say("non-default args: {}")
    time.sleep(0.1)
    say("Initializing model took 0.02 seconds")
    time.sleep(0.15)
    say("Loading weights took 0.10 seconds")
    time.sleep(0.15)
    say("init engine (profile, create kv cache, warmup model) took 0.05 s")
    say("CPU KV cache size: 699,008 tokens, Maximum concurrency for 2,048 tokens per request: 3.5x")
    server = ThreadingHTTPServer(("127.0.0.1", int(option("--port"))), Handler)
    write("INFO:     Application startup complete.")
    server.serve_forever()


main()
