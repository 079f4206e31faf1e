#!/usr/bin/env bash
# user.sh list | add NAME ROLE | role NAME ROLE | password NAME | remove NAME: who may log in, where MILLRACE_LOGIN is local. Runs beside a
# control plane, whose data directory it must be able to read. Passwords come from the terminal or standard input; add makes one if none is given.
set -euo pipefail
. "$(dirname "$0")/env.sh"

DATA=${MILLRACE_DATA_DIR:-$ROOT/millrace-data}
LISTENER=${PROXY_SYSTEM_API:-12025}

usage() {
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
}

# call METHOD PATH [BODY]
call() {
    local answer status
    answer=$(TOKEN=$(cat "$DATA/admin-token") http "$LISTENER" "$@") || fail "no control plane answers at $LISTENER"
    status=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' <<<"$answer")
    sed '1,/^\r*$/d' <<<"$answer"
    [[ $status == 2* ]]
}

json_text() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }

read_password() {
    PASSWORD=
    [ ! -t 0 ] || printf '%s' "$1" >&2
    IFS= read -r -s PASSWORD || true
    [ ! -t 0 ] || echo >&2
}

[ -r "$DATA/admin-token" ] || fail "$DATA/admin-token cannot be read: set MILLRACE_DATA_DIR to the control plane's data directory, and be the user that runs it"
case ${1:-}/$# in
list/1) call GET "/api/v1/users?limit=1000" ;;
add/3)
    read_password "password (one is made if this is empty): "
    call POST /api/v1/users "{\"name\":$(json_text "$2"),\"role\":$(json_text "$3")${PASSWORD:+,\"password\":$(json_text "$PASSWORD")}}"
    ;;
role/3) call PATCH "/api/v1/users/$2" "{\"role\":$(json_text "$3")}" ;;
password/2)
    read_password "new password: "
    call PATCH "/api/v1/users/$2" "{\"password\":$(json_text "$PASSWORD")}"
    ;;
remove/2) call DELETE "/api/v1/users/$2" ;;
*) usage ;;
esac
