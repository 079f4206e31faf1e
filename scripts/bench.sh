#!/usr/bin/env bash
# RTMP relay beside HAProxy and nginx in one run. Settings: BENCH_ROUNDS, BENCH_SECONDS, BENCH_WARM_SECONDS, BENCH_VIEWERS,
# BENCH_PATHS (see RelayBench).
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
"$MVN" -B -ntp -q -DskipTests -DskipITs verify
exec "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -Dmillrace.root="$ROOT" \
    -cp "cluster-tests/target/classes:cluster-tests/target/lib/*" io.millrace.cluster.load.RelayBench "$@"
