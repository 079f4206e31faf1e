#!/usr/bin/env bash
# Outages that take longer than a test of every build may: stores that are paused, slow, full or lost, networks that fall in two.
# Arguments go to Maven; -Dit.test='RedisDrill#aStoreThatIsSlowByTwoSeconds' runs one of them.
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
exec "$MVN" -B -ntp verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dit.test='*Drill' "$@"
