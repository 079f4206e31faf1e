#!/usr/bin/env bash
# `make run` with something to see: an nginx-rtmp origin beside it, a test picture that is published through the worker, and the address at
# which a browser plays it, which is opened where there is a desktop. All settings of `make run` work here too. Ctrl-C stops everything.
set -euo pipefail
. "$(dirname "$0")/env.sh"

origin_rtmp=${DEMO_ORIGIN_RTMP:-19350}
origin_http=${DEMO_ORIGIN_HTTP:-19351}
rtmp=${PROXY_RTMP_SERVER:-11935}
http=${PROXY_HTTP_SERVER:-18080}
publish_to=rtmp://$(host_of "$rtmp"):$(port_of "$rtmp")/live/demo
watch_at="http://$(host_of "$http"):$(port_of "$http")/?app=live&stream=demo&protocol=hls"

"$ROOT/scripts/packages.sh" demo
PATH=$PATH:/usr/sbin
for port in "$origin_rtmp" "$origin_http"; do
    ! listening "$port" ||
        fail "port $port (the demo's origin) is in use: stop what listens there, or set DEMO_ORIGIN_RTMP and DEMO_ORIGIN_HTTP to others"
done

folder=$(mktemp -d)
chmod 755 "$folder"
mkdir -p "$folder/hls/live"
cat >"$folder/nginx.conf" <<CONF
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx.log warn;
$([ "$(id -u)" -ne 0 ] || echo "user root;")
events {}
rtmp {
    server {
        listen 127.0.0.1:$origin_rtmp;
        application live {
            live on;
            hls on;
            hls_path $folder/hls/live;
            hls_fragment 1s;
            hls_playlist_length 8s;
        }
    }
}
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    types {
        application/vnd.apple.mpegurl m3u8;
        video/mp2t ts;
    }
    server {
        listen 127.0.0.1:$origin_http;
        root $folder/hls;
        add_header Cache-Control no-cache;
    }
}
CONF

nginx=""
planes=""
picture=""
finish() {
    local pid
    # One after the other, so that none of them sees another fail.
    for pid in ${picture:+"$picture"} ${planes:+"$planes"} ${nginx:+"$nginx"}; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/nginx.log" &
nginx=$!

PROXY_GRACE_QUIT_TIMEOUT=${PROXY_GRACE_QUIT_TIMEOUT:-2s} \
    PROXY_DEFAULT_BACKEND_ENABLED=on PROXY_DEFAULT_BACKEND_IP=127.0.0.1 PROXY_DEFAULT_BACKEND_RTMP=$origin_rtmp \
    PROXY_DEFAULT_BACKEND_HTTP=$origin_http "$ROOT/scripts/run.sh" &
planes=$!

# A picture that cannot be published yet, or no longer, is published again.
publish() {
    local ffmpeg=""
    trap 'kill "$ffmpeg" 2>/dev/null; exit 0' TERM
    while :; do
        ffmpeg -nostdin -loglevel error -re -f lavfi -i testsrc2=size=960x540:rate=30 -f lavfi -i sine=frequency=440 \
            -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 30 -b:v 1200k -c:a aac -ac 2 \
            -f flv "$publish_to" >"$folder/ffmpeg.log" 2>&1 &
        ffmpeg=$!
        wait "$ffmpeg" || true
        sleep 0.5
    done
}

publish &
picture=$!
until http "$http" GET /live/demo.m3u8 | grep -q '^#EXTINF'; do
    kill -0 "$planes" 2>/dev/null || { wait "$planes" || exit $?; exit 0; }
    sleep 0.3
done
printf '\nThe picture moves: %s\n\n' "$watch_at"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
    xdg-open "$watch_at" >/dev/null 2>&1 &
fi
wait "$planes"
