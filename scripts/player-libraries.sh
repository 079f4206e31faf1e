#!/usr/bin/env bash
# player-libraries.sh FOLDER: puts the script libraries of the built-in player page into FOLDER, with their licences. npm fetches
# what data-plane/src/main/player-libraries names and checks it against the hashes there, once; then .tools/ has it.
set -euo pipefail
. "$(dirname "$0")/env.sh"

WANTED=$ROOT/data-plane/src/main/player-libraries
KEPT=$ROOT/.tools/player-libraries
FILES="hls.js/dist/hls.min.js mpegts.js/dist/mpegts.js dashjs/dist/modern/umd/dash.mediaplayer.min.js"
LICENCES="hls.js/LICENSE mpegts.js/LICENSE dashjs/LICENSE.md"

# Of all that decides what is kept.
stamp() {
    cat "$WANTED/package-lock.json" "$ROOT/scripts/player-libraries.sh" | sha256sum
}

fetch() {
    local arriving file package
    "$ROOT/scripts/packages.sh" player || exit 1
    echo "millrace: fetching the player page's libraries once, into .tools/" >&2
    mkdir -p "$ROOT/.tools"
    arriving=$(mktemp -d "$ROOT/.tools/arriving.XXXXXX")
    cp "$WANTED/package.json" "$WANTED/package-lock.json" "$arriving"
    if ! (cd "$arriving" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error) >"$arriving.log" 2>&1; then
        cat "$arriving.log" >&2
        rm -rf "$arriving" "$arriving.log"
        fail "could not fetch the player page's libraries with npm: its message is above"
    fi
    mkdir "$arriving/kept"
    for file in $FILES; do
        cp "$arriving/node_modules/$file" "$arriving/kept/"
    done
    for file in $LICENCES; do
        package=${file%%/*}
        printf '%s %s\n\n' "$package" "$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$arriving/node_modules/$package/package.json" | head -n 1)"
        cat "$arriving/node_modules/$file"
        printf '\n\n'
    done >"$arriving/kept/licences.txt"
    stamp >"$arriving/kept/stamp"
    rm -rf "$KEPT"
    mv "$arriving/kept" "$KEPT"
    rm -rf "$arriving" "$arriving.log"
}

[ $# -eq 1 ] || fail "usage: player-libraries.sh FOLDER"
[ "$(stamp)" = "$(cat "$KEPT/stamp" 2>/dev/null)" ] || fetch
mkdir -p "$1"
for file in "$KEPT"/*.js "$KEPT/licences.txt"; do
    # Left alone when it is there already: a packaged plane must not look out of date.
    cmp -s "$file" "$1/${file##*/}" || cp "$file" "$1/"
done
