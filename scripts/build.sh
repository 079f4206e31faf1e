#!/usr/bin/env bash
# Compiles and packages everything, and trains the AOT caches of both planes; runs no test.
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
cd "$ROOT"
"$MVN" -B -ntp -q -DskipTests -DskipITs verify
touch "$CONTROL_PLANE_JAR" "$WORKER_JAR"
train_planes
echo "built: ${CONTROL_PLANE_JAR#"$ROOT"/} and ${WORKER_JAR#"$ROOT"/}"
