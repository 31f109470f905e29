#!/usr/bin/env bash
# Fetch the published weights of semantic-driven colorization, or others by name:
#   ./fetch_models.sh [NAME...] [--list] [--verify] [--to DIR]
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="$here/.venv/bin/python"
[ -x "$python" ] || python=python3
PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" exec "$python" -m core.fetch "$@"
