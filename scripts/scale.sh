#!/usr/bin/env bash
# scale.sh [small|medium|full|ORIGINSxSTREAMSxWORKERS] [memory|redis|mesh] [-Dscale.NAME=VALUE ...]: how control planes bear a deployment of that size;
# see docs/develop/benchmarks.md. Every setting of ScaleSettings can be given; figures are appended to cluster-tests/target/scale-bench.jsonl.
set -euo pipefail
. "$(dirname "$0")/env.sh"
size=${1:-small}
store=${2:-memory}
shift $(($# < 2 ? $# : 2))
need_jdk
need_maven
if [ "$store" = redis ] && ! command -v redis-server >/dev/null; then
    fail "the redis store needs redis-server (on Debian: apt-get install redis-server)"
fi
cd "$ROOT"
if planes_are_stale || [ ! -d cluster-tests/target/classes ] ||
    [ -n "$(find cluster-tests/src/main -type f -newer cluster-tests/target/classes -print -quit)" ]; then
    "$MVN" -B -ntp -q -DskipTests -DskipITs verify
    touch "$CONTROL_PLANE_JAR" "$WORKER_JAR" cluster-tests/target/classes
fi
exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -Dmillrace.root="$ROOT" \
    -Dscale.size="$size" -Dscale.store="$store" "$@" \
    -cp "cluster-tests/target/classes:cluster-tests/target/lib/*" io.millrace.cluster.scale.ScaleBench
