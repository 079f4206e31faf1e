#!/usr/bin/env bash
# The chunk reader beside passing bytes on unseen, then the RTMP relay beside HAProxy and nginx, with few streams that many watch and with
# many that one watches, then the HTTP-FLV relay and the relay of WebRTC's datagrams beside nginx. Settings (see BenchSettings):
# BENCH_WARM_ROUNDS, BENCH_ROUNDS, BENCH_SECONDS, BENCH_WARM_SECONDS and BENCH_PATHS of all but the first; BENCH_STREAMS and BENCH_VIEWERS;
# BENCH_SMALL_STREAMS and BENCH_SMALL_VIEWERS of the many small streams. BENCH_ONLY names one, such as SmallStreamsBench.
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk
need_maven
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
"$MVN" -B -ntp -q -DskipTests -DskipITs verify
if [ -z "${BENCH_ONLY:-}" ]; then
    "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow \
        -cp "data-plane/target/test-classes:data-plane/target/classes:$(cat data-plane/target/benchmark-class-path)" \
        io.millrace.worker.rtmp.codec.ChunkForwarderBenchmark
    echo
fi
for bench in ${BENCH_ONLY:-RelayBench SmallStreamsBench HttpFlvBench DatagramBench}; do
    "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -Dmillrace.root="$ROOT" \
        -cp "cluster-tests/target/classes:cluster-tests/target/lib/*" "io.millrace.cluster.load.$bench" "$@"
    echo
done
