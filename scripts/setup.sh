#!/usr/bin/env bash
# Makes .venv with the pinned versions, and installs Luisterpost in it. Does nothing when it is up to date.
#   scripts/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/system-packages.sh "${1:-run}"
extra=""
[ "${1:-run}" = test ] && extra="[dev]"
stamp=".venv/made-for-${1:-run}"
if [ -e "$stamp" ] && [ "$stamp" -nt constraints.txt ] && [ "$stamp" -nt pyproject.toml ] &&
    { [ -z "$extra" ] || [ "$stamp" -nt tests/servers/synapse-constraints.txt ]; }; then
    exit 0
fi
python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Luisterpost needs Python 3.11 or later, and this computer has none. Install it and try again." >&2
    exit 1
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Setting up .venv (once; about a minute) …" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".$extra"
[ -z "$extra" ] || .venv/bin/python -m tests.servers.synapse_home
touch "$stamp"
