#!/bin/sh
# Locks every dependency by version and hash, without download addresses.
set -eu
cd "$(dirname "$0")/.."
lock() { out=$1; shift; uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command requirements/compile.sh --output-file "$out" pyproject.toml "$@"; }
lock requirements/services.txt
lock requirements/all.txt --extra sandbox --extra dev
