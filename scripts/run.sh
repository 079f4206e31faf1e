#!/usr/bin/env bash
# One control plane and one worker on this machine, for trying things out. The settings of both planes work here as environment variables,
# but for MILLRACE_MANAGEMENT, which has a name for each plane below. Ctrl-C or SIGTERM stops both; twice stops them at once.
set -euo pipefail
. "$(dirname "$0")/env.sh"

# Both planes read MILLRACE_MANAGEMENT; with two of them on one machine it takes two names.
control_plane_management=${CONTROL_PLANE_MANAGEMENT:-127.0.0.1:9000}
worker_management=${WORKER_MANAGEMENT:-127.0.0.1:9001}
system_api=${PROXY_SYSTEM_API:-12025}
rtmp=${PROXY_RTMP_SERVER:-11935}
http=${PROXY_HTTP_SERVER:-18080}
http_api=${PROXY_HTTP_API:-11985}
srt=${PROXY_SRT_SERVER:-20080}
rtsp=${MILLRACE_RTSP_SERVER:-18554}
webrtc=${PROXY_WEBRTC_SERVER:-18000}
data=${MILLRACE_DATA_DIR:-$ROOT/millrace-data}

need_free() {
    [[ $2 =~ ^([^[:space:]]+:)?[0-9]+$ ]] || fail "$1 is '$2'; allowed is port or host:port"
    ! listening "$2" || fail "port $(port_of "$2") ($3) is in use: stop what listens there, or set $1 to another"
}

ready() { [ "$(http_status "$1" GET /q/health/ready)" = 200 ]; }

need_free PROXY_SYSTEM_API "$system_api" "registration and REST"
need_free PROXY_RTMP_SERVER "$rtmp" "the worker's RTMP"
need_free PROXY_HTTP_SERVER "$http" "the worker's HTTP"
need_free PROXY_HTTP_API "$http_api" "the worker's HTTP API"
need_free MILLRACE_RTSP_SERVER "$rtsp" "the worker's RTSP"
need_free PROXY_WEBRTC_SERVER "$webrtc" "the worker's WebRTC over TCP"
need_free CONTROL_PLANE_MANAGEMENT "$control_plane_management" "the control plane's health and metrics"
need_free WORKER_MANAGEMENT "$worker_management" "the worker's health and metrics"

need_jdk
if planes_are_stale; then
    echo "millrace: building (once; later starts are quick)"
    build_planes
fi
if ! aot_cache_fits "$CONTROL_PLANE_JAR" || ! aot_cache_fits "$WORKER_JAR"; then
    echo "millrace: training the planes for quick starts (once per build and JVM)"
    train_planes
fi
mkdir -p "$data/log"

# A plane must not outlive this script, not even one that was killed.
with_parent=()
! setpriv --pdeathsig TERM true 2>/dev/null || with_parent=(setpriv --pdeathsig TERM)

# start NAME JAR MANAGEMENT: its output goes to the terminal with a prefix, and to its log. The two filters ignore signals, so
# that the last words of a plane are not lost; they end when it does. Sets started and filter to their process ids.
start() {
    local prefix cache=()
    prefix=$(printf '%-13s | ' "$1")
    ! aot_cache_fits "$2" || cache=("-XX:AOTCache=$(aot_cache_of "$2")")
    exec 5> >(
        trap '' INT TERM HUP
        tee -a "$data/log/$1.log" | sed -u "s/^/$prefix/"
    )
    filter=$!
    # The options file is ours; JAVA_OPTS is the user's and may hold several words.
    # shellcheck disable=SC2086
    MILLRACE_MANAGEMENT=$3 MILLRACE_DATA_DIR=$data ${with_parent[@]+"${with_parent[@]}"} \
        "$JAVA_HOME/bin/java" "@$ROOT/scripts/jvm-options/$1" ${cache[@]+"${cache[@]}"} ${JAVA_OPTS:-} -jar "$2" >&5 2>&1 5>&- </dev/null &
    started=$!
    exec 5>&-
}

alive() { kill -0 "$1" 2>/dev/null; }

# Waits for a process even when a signal interrupts the wait; its exit status is in $status.
await_end() {
    status=0
    while :; do
        wait "$1" && status=0 || status=$?
        alive "$1" || return 0
    done
}

control_plane=""
worker=""
filters=()
stopping=0

on_signal() {
    stopping=$((stopping + 1))
    if [ "$stopping" -eq 1 ]; then
        printf '\nmillrace: stopping (once more to stop at once)\n'
        # The worker first: its last report still finds somebody.
        if [ -n "$worker" ]; then kill -TERM "$worker" 2>/dev/null || true; fi
    else
        kill -KILL ${worker:+"$worker"} ${control_plane:+"$control_plane"} 2>/dev/null || true
    fi
}
trap on_signal INT TERM HUP

stop_both() {
    local pid
    for pid in ${worker:+"$worker"} ${control_plane:+"$control_plane"}; do
        kill -TERM "$pid" 2>/dev/null || true
        await_end "$pid"
    done
    for pid in ${filters[@]+"${filters[@]}"}; do
        wait "$pid" 2>/dev/null || true
    done
}

# Says which of the two ended by itself and stops the other.
give_up_if_one_died() {
    local name pid died=""
    for name in control_plane worker; do
        pid=${!name}
        if [ -n "$pid" ] && ! alive "$pid"; then
            await_end "$pid"
            died="${died:+$died; }the ${name/_/ } ended by itself with exit code $status"
        fi
    done
    [ -n "$died" ] || return 0
    stop_both
    fail "$died; the rest is stopped; logs are in $data/log"
}

await_ready() {
    local deadline=$((SECONDS + ${MILLRACE_START_SECONDS:-60}))
    until ready "$2"; do
        [ "$stopping" -eq 0 ] || return 0
        give_up_if_one_died
        if [ "$SECONDS" -ge "$deadline" ]; then
            stop_both
            fail "the $1 was not ready in time: http://$(host_of "$2"):$(port_of "$2")/q/health/ready says why, and so do the logs in $data/log"
        fi
        sleep 0.1
    done
}

start control-plane "$CONTROL_PLANE_JAR" "$control_plane_management"
control_plane=$started
filters+=("$filter")
# A worker that starts with its control plane there has nothing to warn of.
await_ready "control plane" "$control_plane_management"
export MILLRACE_CONTROL_PLANE_URL=${MILLRACE_CONTROL_PLANE_URL:-http://$(host_of "$system_api"):$(port_of "$system_api")}
if [ "$stopping" -eq 0 ]; then
    start worker "$WORKER_JAR" "$worker_management"
    worker=$started
    filters+=("$filter")
    await_ready worker "$worker_management"
fi

if [ "$stopping" -eq 0 ]; then
    api=http://$(host_of "$system_api"):$(port_of "$system_api")
    srt_media="srt://$(host_of "$srt"):$(port_of "$srt")?streamid=#!::r=<app>/<stream>,m=publish"
    media=rtmp://$(host_of "$rtmp"):$(port_of "$rtmp")
    cat <<READY

Millrace is ready. Ctrl-C stops it.

  RTMP      $media/<app>/<stream>
  SRT       $srt_media  (or m=request)
  RTSP      rtsp://$(host_of "$rtsp"):$(port_of "$rtsp")/<app>/<stream>
  player    http://$(host_of "$http"):$(port_of "$http")/?app=<app>&stream=<stream>&protocol=hls  (or flv, dash: what the origin has)
  WHIP      http://$(host_of "$http_api"):$(port_of "$http_api")/rtc/v1/whip/?app=<app>&stream=<stream>  (to play: whep)
  REST      $api/api/v1/   (described at $api/q/openapi)
  health    http://$(host_of "$control_plane_management"):$(port_of "$control_plane_management")/q/health and http://$(host_of "$worker_management"):$(port_of "$worker_management")/q/health
  logs      $data/log/

  origin    curl -sS $api/api/v1/origins -H 'Content-Type: application/json' -d '{"server":"my-origin","ip":"127.0.0.1","endpoints":{"rtmp":["1935"]}}'
  publish   ffmpeg -re -f lavfi -i testsrc=size=1280x720:rate=30 -f lavfi -i sine -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 60 -c:a aac -f flv $media/live/demo
  play      ffplay $media/live/demo

READY
fi

while [ "$stopping" -eq 0 ]; do
    wait -n "$control_plane" "$worker" || true
    [ "$stopping" -gt 0 ] || give_up_if_one_died
done
stop_both
echo "millrace: stopped"
