#!/bin/sh
# Locks every dependency by version and hash, without download addresses.
set -eu
cd "$(dirname "$0")/.."
lock() { out=$1; shift; uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command requirements/compile.sh --output-file "$out" "$@"; }
lock requirements/services.txt pyproject.toml
lock requirements/all.txt pyproject.toml --extra sandbox --extra dev
lock requirements/build.txt requirements/build.in --constraint requirements/all.txt
