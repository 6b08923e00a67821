#!/bin/sh
# Pin every dependency with hashes: requirements/{uv,run,test,dev}.txt from pyproject.toml.
# Usage: tools/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
export UV_CUSTOM_COMPILE_COMMAND="tools/lock.sh"

compile() {
    output=$1
    shift
    "$uv" pip compile --system-certs --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --quiet --output-file "requirements/$output" "$@"
}

echo "uv" | compile uv.txt - ${1:+"$1"}
compile run.txt pyproject.toml ${1:+"$1"}
compile test.txt pyproject.toml --group test ${1:+"$1"}
compile dev.txt pyproject.toml --group test --group dev ${1:+"$1"}
