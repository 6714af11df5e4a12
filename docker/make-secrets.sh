#!/bin/sh
# Makes the secrets of the example installation, once: what is there stays.
# Usage: make-secrets.sh [FOLDER]      (docker/secrets when there is no FOLDER)
set -eu
folder=${1:-$(dirname "$0")/secrets}

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# The folder is closed; the files are open, because they are read under another number inside.
keep() { test -s "$folder/$1" || { printf '%s' "$2" > "$folder/$1"; chmod 444 "$folder/$1"; }; }

mkdir -p "$folder"
chmod 700 "$folder"
keep database-password "$(random)"
keep secret-key "$(random)"
keep metrics-token "$(random)"
keep database-url "postgresql://thuisroute:$(cat "$folder/database-password")@database:5432/thuisroute"
