#!/usr/bin/env bash
# identity-provider.sh: runs the OpenID Connect provider of the tests. npm fetches what cluster-tests/src/test/identity-provider names and
# checks it against the hashes there, once; then .tools/ has it.
set -euo pipefail
. "$(dirname "$0")/env.sh"

WANTED=$ROOT/cluster-tests/src/test/identity-provider
KEPT=$ROOT/.tools/identity-provider

# Of all that decides what is kept.
stamp() {
    cat "$WANTED"/* "$ROOT/scripts/identity-provider.sh" | sha256sum
}

fetch() {
    local arriving
    "$ROOT/scripts/packages.sh" player || exit 1
    echo "millrace: fetching the tests' identity provider once, into .tools/" >&2
    mkdir -p "$ROOT/.tools"
    arriving=$(mktemp -d "$ROOT/.tools/arriving.XXXXXX")
    cp "$WANTED"/* "$arriving"
    if ! (cd "$arriving" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$arriving.log" 2>&1; then
        cat "$arriving.log" >&2
        rm -rf "$arriving" "$arriving.log"
        fail "could not fetch the tests' identity provider with npm: its message is above"
    fi
    stamp >"$arriving/stamp"
    rm -rf "$KEPT" "$arriving.log"
    mv "$arriving" "$KEPT"
}

[ "$(stamp)" = "$(cat "$KEPT/stamp" 2>/dev/null)" ] || fetch
exec node "$KEPT/provider.js"
