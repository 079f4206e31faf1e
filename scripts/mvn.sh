#!/usr/bin/env bash
# Maven as the build needs it: the right JDK, the right Maven.
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
cd "$ROOT"
exec "$MVN" -B -ntp "$@"
