#!/bin/sh
# Builds what the browser gets, in a copy of the sources: SOURCE/webui/static/dist.
# Usage: build-frontend.sh SOURCE      (needs node 20 or newer with npm)
set -eu
source=${1:?SOURCE is missing}

cd "$source/webui/frontend"
# No script of any package runs here: what is installed is what the lock file says, and no more.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
node build.mjs
test -s ../static/dist/manifest.json
rm -rf node_modules
