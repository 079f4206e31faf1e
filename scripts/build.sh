#!/usr/bin/env bash
# Compiles and packages everything; runs no test.
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
cd "$ROOT"
"$MVN" -B -ntp -q -DskipTests -DskipITs verify
touch "$CONTROL_PLANE_JAR" "$WORKER_JAR"
echo "built: ${CONTROL_PLANE_JAR#"$ROOT"/} and ${WORKER_JAR#"$ROOT"/}"
