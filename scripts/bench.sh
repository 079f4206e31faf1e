#!/usr/bin/env bash
# The chunk reader beside passing bytes on unseen, then the RTMP relay beside HAProxy and nginx, then the HTTP-FLV relay and the
# relay of WebRTC's datagrams beside nginx. Settings of the last three: BENCH_WARM_ROUNDS, BENCH_ROUNDS, BENCH_SECONDS, BENCH_WARM_SECONDS, BENCH_VIEWERS, BENCH_PATHS (see BenchSettings).
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
"$MVN" -B -ntp -q -DskipTests -DskipITs verify
"$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow \
    -cp "data-plane/target/test-classes:data-plane/target/classes:$(cat data-plane/target/benchmark-class-path)" \
    io.millrace.worker.rtmp.codec.ChunkForwarderBenchmark
echo
for bench in RelayBench HttpFlvBench DatagramBench; do
    "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -Dmillrace.root="$ROOT" \
        -cp "cluster-tests/target/classes:cluster-tests/target/lib/*" "io.millrace.cluster.load.$bench" "$@"
    echo
done
