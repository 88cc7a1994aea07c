#!/bin/sh
# Installs nafas, a breathing program that `make bench` compares the pace with, into target/nafas.
set -eu
cd "$(dirname "$0")/.."
version=1.5
[ -x target/nafas/bin/nafas ] && exit 0
mkdir -p target
python3 -m venv target/nafas
target/nafas/bin/pip install --quiet "nafas==$version"
