# Sourced by the other scripts. Offers need_jdk (exports JAVA_HOME) and need_maven (sets MVN), and the paths of both planes.
# On a Debian machine the default java and mvn are often older than what the build needs, so neither is taken on trust.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
JDK_WANTED=25
MAVEN_WANTED=3.9
MAVEN_FETCHED=3.9.12
CONTROL_PLANE_JAR=$ROOT/control-plane/target/quarkus-app/quarkus-run.jar
WORKER_JAR=$ROOT/data-plane/target/quarkus-app/quarkus-run.jar

# Without a locale a JVM takes names of files for ASCII.
[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LANG=C.UTF-8

fail() {
    echo "millrace: $*" >&2
    exit 1
}

# The major version of a JDK folder; 0 where there is none. Reads its release file: no JVM has to start.
jdk_major() {
    local version=""
    if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    fi
    echo "${version:-0}"
}

need_jdk() {
    local candidate major on_path best="" best_major=999
    if [ -n "${JAVA_HOME:-}" ] && [ "$(jdk_major "$JAVA_HOME")" -ge "$JDK_WANTED" ]; then
        export JAVA_HOME
        return
    fi
    on_path=$(command -v javac || true)
    [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    for candidate in ${on_path:+"$on_path"} /usr/lib/jvm/*; do
        [ -d "$candidate" ] || continue
        major=$(jdk_major "$candidate")
        # The oldest that is new enough: what CI uses.
        if [ "$major" -ge "$JDK_WANTED" ] && [ "$major" -lt "$best_major" ]; then
            best=$candidate
            best_major=$major
        fi
    done
    [ -n "$best" ] || fail "needs a JDK $JDK_WANTED or later, and neither JAVA_HOME, the PATH nor /usr/lib/jvm has one: install one or set JAVA_HOME to it"
    export JAVA_HOME=$best
}

maven_version() {
    "$1" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1
}

new_enough() {
    [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Needs JAVA_HOME.
need_maven() {
    local system own=$ROOT/.tools/apache-maven-$MAVEN_FETCHED/bin/mvn
    system=$(command -v mvn || true)
    if [ -n "$system" ] && new_enough "$(maven_version "$system")" "$MAVEN_WANTED"; then
        MVN=$system
        return
    fi
    if [ ! -x "$own" ]; then
        if [ -z "$system" ]; then
            "$ROOT/scripts/packages.sh" build || exit 1
            system=$(command -v mvn) || fail "needs Maven $MAVEN_WANTED or later, or any mvn that can fetch it"
        fi
        fetch_maven "$system"
    fi
    MVN=$own
}

# The old mvn fetches the new one like any artifact, so mirrors and proxies of ~/.m2/settings.xml count. It runs in an empty
# folder outside the repository, where no file of ours can disturb it, and the result appears in one move.
fetch_maven() {
    local empty arriving
    mkdir -p "$ROOT/.tools"
    empty=$(mktemp -d)
    arriving=$(mktemp -d "$ROOT/.tools/arriving.XXXXXX")
    echo "millrace: fetching Maven $MAVEN_FETCHED once, into .tools/ (the system's is too old)" >&2
    if ! (cd "$empty" && "$1" -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
        -Dartifact="org.apache.maven:apache-maven:$MAVEN_FETCHED:zip:bin" -DoutputDirectory="$arriving") >"$empty.log" 2>&1; then
        cat "$empty.log" >&2
        rm -rf "$empty" "$empty.log" "$arriving"
        fail "could not fetch Maven $MAVEN_FETCHED with $1: its message is above; or install Maven $MAVEN_WANTED or later"
    fi
    chmod +x "$arriving/apache-maven-$MAVEN_FETCHED/bin/mvn"
    rm -rf "$ROOT/.tools/apache-maven-$MAVEN_FETCHED"
    mv "$arriving/apache-maven-$MAVEN_FETCHED" "$ROOT/.tools/"
    rm -rf "$empty" "$empty.log" "$arriving"
}

port_of() { echo "${1##*:}"; }

# Where a listener can be reached from here: its own host, or loopback where it names none or all.
host_of() {
    local host=${1%:*}
    case $1 in
        *:*) ;;
        *) host=127.0.0.1 ;;
    esac
    case $host in
        "" | 0.0.0.0 | "[::]") host=127.0.0.1 ;;
    esac
    echo "$host"
}

bare_host_of() { host_of "$1" | tr -d '[]'; }

listening() { (exec 3<>"/dev/tcp/$(bare_host_of "$1")/$(port_of "$1")") 2>/dev/null; }

# http LISTENER METHOD PATH [BODY]: the whole answer to a plain HTTP request, with the token in TOKEN if that is set; no curl needed to
# start, and no secret among the arguments of a process.
http() {
    local body=${4:-} LC_ALL=C
    {
        exec 3<>"/dev/tcp/$(bare_host_of "$1")/$(port_of "$1")" || return 1
        printf '%s %s HTTP/1.0\r\nHost: localhost\r\n%sContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
            "$2" "$3" "${TOKEN:+Authorization: Bearer $TOKEN"$'\r\n'"}" "${#body}" "$body" >&3
        timeout 5 cat <&3 || true
        exec 3>&-
    } 2>/dev/null
}

# Likewise only the status; empty where nothing answers.
http_status() { http "$@" | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' || true; }

# Where the AOT cache of a plane's jar lies, and beside it what it was made by and of.
aot_cache_of() { echo "$(dirname "$1")/app.aot"; }

# Needs JAVA_HOME. The JVM and all jars of a plane. The JVM itself refuses a cache of another JVM, but takes one of other jars, and would
# run what they were.
aot_made_of() {
    cat "$JAVA_HOME/release"
    (cd "$(dirname "$1")" && find . -name '*.jar' -printf '%P %s %T@\n' | sort)
}

# Needs JAVA_HOME. aot_cache_fits JAR
aot_cache_fits() {
    local cache
    cache=$(aot_cache_of "$1")
    [ -s "$cache" ] && aot_made_of "$1" | cmp -s - "$cache.made-of"
}

# True when a source of the planes is newer than what was packaged, or nothing was packaged yet.
planes_are_stale() {
    local jar
    for jar in "$CONTROL_PLANE_JAR" "$WORKER_JAR"; do
        [ -f "$jar" ] || return 0
        [ -z "$(find "$ROOT/pom.xml" "$ROOT"/{shared-model,control-plane,data-plane}/{pom.xml,src/main} -type f -newer "$jar" -print -quit)" ] || return 0
    done
    return 1
}

# Both planes, checked by the compiler's gates but not tested.
build_planes() {
    need_maven
    (cd "$ROOT" && "$MVN" -B -ntp -q -Dmaven.test.skip=true -pl control-plane,data-plane -am package) || exit 1
    # A repeatable build may leave an unchanged jar alone; the next check must see that it is up to date.
    touch "$CONTROL_PLANE_JAR" "$WORKER_JAR"
}

# Both planes start without their caches too, only slower: what went wrong is said, and the caller goes on.
train_planes() { "$ROOT/scripts/aot.sh" || true; }
