#!/usr/bin/env bash
# Trains the AOT caches of both planes, which must be packaged: runs them once beside each other on ports of their own, asks what operators
# and players ask, and lets the JVM write down which classes that took and how hot they became. A plane that starts from its cache is
# ready in half the time. A cache fits only the JVM that made it and the jars that it was made of (env.sh, aot_cache_fits).
set -euo pipefail
. "$(dirname "$0")/env.sh"
need_jdk

folder=$(mktemp -d)
planes=()
finish() {
    local pid
    for pid in ${planes[@]+"${planes[@]}"}; do kill -KILL "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT

give_up() {
    echo "millrace: no AOT cache, so planes start slower: $1" >&2
    cat "$folder"/*.log >&2
    exit 1
}

# Between the range of the tests' harness and the one that kernels hand out.
next_port=$((31000 + $$ % 1600))
free_port() {
    while
        next_port=$((next_port + 1))
        listening "$next_port"
    do :; done
}

# train NAME JAR SETTING...: starts a plane that writes its cache when it ends. It gets none of the caller's settings: a store that they name is
# no place to train in. Without adapters: JDK 25 confuses some of them, and says so at each start.
train() {
    local name=$1 cache
    cache=$(aot_cache_of "$2")
    rm -f "$cache" "$cache.made-of"
    (cd "$folder/data" && exec env -i "PATH=$PATH" "MILLRACE_DATA_DIR=$folder/data" "${@:3}" "$JAVA_HOME/bin/java" \
        "@$ROOT/scripts/jvm-options/$name" -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching "-XX:AOTCacheOutput=$cache" -jar "$2") \
        >"$folder/$name.log" 2>&1 &
    planes+=("$!")
}

await_ready() {
    local deadline=$((SECONDS + 60))
    until [ "$(http_status "$1" GET /q/health/ready)" = 200 ]; do
        kill -0 "${planes[-1]}" 2>/dev/null || give_up "a plane ended while it was trained"
        [ "$SECONDS" -lt "$deadline" ] || give_up "a plane was not ready within 60 s"
        sleep 0.1
    done
}

mkdir "$folder/data"
ports=()
for _ in {1..9}; do
    free_port
    ports+=("$next_port")
done
api=${ports[0]} control_plane_management=${ports[1]} worker_management=${ports[2]}
rtmp=${ports[3]} http=${ports[4]} http_api=${ports[5]}

train control-plane "$CONTROL_PLANE_JAR" "PROXY_SYSTEM_API=127.0.0.1:$api" "MILLRACE_MANAGEMENT=127.0.0.1:$control_plane_management"
await_ready "$control_plane_management"
train worker "$WORKER_JAR" "MILLRACE_CONTROL_PLANE_URL=http://127.0.0.1:$api" "MILLRACE_MANAGEMENT=127.0.0.1:$worker_management" \
    "PROXY_RTMP_SERVER=127.0.0.1:$rtmp" "PROXY_HTTP_SERVER=127.0.0.1:$http" "PROXY_HTTP_API=127.0.0.1:$http_api" \
    "PROXY_SRT_SERVER=127.0.0.1:${ports[6]}" "PROXY_WEBRTC_SERVER=127.0.0.1:${ports[7]}" "MILLRACE_RTSP_SERVER=127.0.0.1:${ports[8]}"
await_ready "$worker_management"

# Nothing listens at the origin's port: what plays is refused, after all that stands before it was asked.
free_port
http "$api" POST /api/v1/srs/register "{\"server\":\"training\",\"ip\":\"127.0.0.1\",\"service\":\"1\",\"pid\":\"1\",\"rtmp\":[\"$next_port\"],\"http\":[\"$next_port\"],\"api\":[\"$next_port\"]}" >/dev/null
for path in origins streams sessions workers vhosts events routing-table summaries; do
    http "$api" GET "/api/v1/$path" >/dev/null
done
for port in "$control_plane_management" "$worker_management"; do
    http "$port" GET /q/metrics >/dev/null
    http "$port" GET /q/health >/dev/null
done
for path in / /live/show.flv /live/show.m3u8 /live/show.mpd; do
    http "$http" GET "$path" >/dev/null
done
http "$http_api" POST '/rtc/v1/whep/?app=live&stream=show' 'v=0' >/dev/null
http "$http_api" GET /api/v1/versions >/dev/null

# The worker first: its last report still has a receiver.
for plane in 1 0; do
    kill -TERM "${planes[$plane]}"
    wait "${planes[$plane]}" || give_up "a plane did not end well after its training"
done
planes=()
for jar in "$CONTROL_PLANE_JAR" "$WORKER_JAR"; do
    cache=$(aot_cache_of "$jar")
    [ -s "$cache" ] || give_up "the JVM wrote none"
    aot_made_of "$jar" >"$cache.made-of"
done
