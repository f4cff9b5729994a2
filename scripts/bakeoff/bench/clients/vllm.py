"""``vllm bench serve`` as a client to compare with."""

import json
import os
import subprocess
import time
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers

from bakeoff.bench.clients.truth import Told
from bakeoff.calibrate.truth import Seen
from bakeoff.engines.vllm import BENCH_SERVE
from bakeoff.errors import HarnessError
from bakeoff.load.cpu import Usage, usage
from bakeoff.paths import ROOT

PYTHON = ROOT / ".venv-vllm" / "bin" / "python"
#: Time between two looks at how long it has waited for its CPU, in s.
_SAMPLE_S = 0.2
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}


def write_tokenizer(folder: Path) -> Path:
    """Write a tokenizer of 1,000 words into the folder and return the folder."""
    words = {"<unk>": 0} | {f"w{number}": number for number in range(1, 1000)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # noqa: S106 -- a token of text
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    facts = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def run_vllm_bench(
    url: str, *, streams: int, requests: int, tokens: int, run_no: int, folder: Path
) -> Told:
    """Run ``vllm bench serve`` in a closed loop and return what it measured.

    Args:
        url: Address of the server.
        streams: Streams of the closed loop.
        requests: Requests in all.
        tokens: Tokens of each prompt, and of each answer.
        run_no: Number of the run, which begins the ids of its requests.
        folder: Folder for its files.

    Raises:
        HarnessError: If it fails.
    """
    result = folder / f"vllm-{run_no}.json"
    prefix = f"run-{run_no}-"
    flags = {
        "backend": "vllm",
        "base-url": url,
        "model": "reference",
        "tokenizer": str(write_tokenizer(folder)),
        "dataset-name": "random",
        "input-len": tokens,
        "output-len": tokens,
        "num-prompts": requests,
        "max-concurrency": streams,
        "request-id-prefix": prefix,
        "result-dir": str(folder),
        "result-filename": result.name,
    }
    command = [str(PYTHON), "-c", BENCH_SERVE, "--save-result", "--save-detailed", "--disable-tqdm"]
    command += [f"--{name}={value}" for name, value in flags.items()]
    usages = _run(command, folder / f"vllm-{run_no}.log")
    if not result.exists():
        raise HarnessError(f"vllm bench serve left no {result.name}; run it by hand: {command}")
    found = json.loads(result.read_text(encoding="utf-8"))
    keys = [f"{prefix}{number}" for number in range(requests)]
    each = zip(keys, found["ttfts"], found["itls"], found["errors"], strict=True)
    seen: dict[object, Seen] = {
        key: Seen(ttft * 1000, (ttft + sum(itls)) * 1000)
        for key, ttft, itls, error in each
        if not error
    }
    return Told(frozenset(keys), seen, usages)


def _run(command: list[str], log: Path) -> list[Usage]:
    """Run the command to its end; return what it had spent of its CPU's time, now and then.

    Raises:
        HarnessError: If it fails.
    """
    usages = []
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=os.environ | _OFFLINE, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            while process.poll() is None:
                usages.append(usage(process.pid))
                time.sleep(_SAMPLE_S)
        finally:
            process.kill()
    if process.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise HarnessError(f"vllm bench serve ended with {process.returncode}:\n{tail}")
    return usages
