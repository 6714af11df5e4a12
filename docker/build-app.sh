#!/bin/sh
# Installs Thuisroute in PREFIX: a virtual environment that needs nothing but its Python.
# Usage: build-app.sh SOURCE PREFIX    (SOURCE as build-frontend.sh left it; PYTHON may name a Python)
set -eu
source=${1:?SOURCE is missing}
prefix=${2:?PREFIX is missing}
pip() { "$prefix/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }

test -s "$source/webui/static/dist/manifest.json" || { echo "Build the front end first." >&2; exit 1; }
"${PYTHON:-python3}" -m venv "$prefix"
# Exactly what was tested: versions and hashes. Only wheels: nothing is compiled here.
pip install --only-binary :all: --require-hashes --requirement "$source/requirements.lock"
pip install --no-deps --no-build-isolation --no-index "$source"
# The image has no use for what installs packages.
pip uninstall --yes setuptools
pip uninstall --yes pip
# The tree is read-only where it runs: Python could not keep what it compiles.
"$prefix/bin/python" -m compileall -q "$prefix/lib"
"$prefix/bin/thuisroute" --version
