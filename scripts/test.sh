#!/usr/bin/env bash
# Everything CI checks; `test.sh unit` leaves out the tests that start planes. Prints where the time went; the last line is always
# "N passed, N failed, N skipped"; the exit code is the build's.
set -euo pipefail
. "$(dirname "$0")/env.sh"

count_of() {
    local name=$1 total=0 value
    for value in $(sed -n "s/^<testsuite .* $name=\"\([0-9]*\)\".*/\1/p" "${reports[@]}"); do
        total=$((total + value))
    done
    echo "$total"
}

# The tests of each module and kind in seconds, then the classes that took longest.
print_times() {
    local report
    echo "where the time of the tests went (seconds of their classes, some of which ran side by side):"
    for report in "${reports[@]}"; do
        sed -n "s|^<testsuite .* name=\"\([^\"]*\)\" time=\"\([0-9.,]*\)\".*|\2 \1 $(dirname "$report")|p" "$report" | tr -d ,
    done | sort -rn | awk '
        { sum[$3] += $1; count[$3]++; if (NR <= 15) slow = slow sprintf("  %7.1f  %s\n", $1, $2) }
        END { for (part in sum) printf "  %7.1f  %s (%d classes)\n", sum[part], part, count[part]; printf "slowest:\n%s", slow }' |
        sed 's|/target/surefire-reports|: unit tests|; s|/target/failsafe-reports|: tests with real processes|'
}

need_jdk
need_maven
started=$SECONDS
goal=(verify)
if [ "${1:-}" = unit ]; then
    shift
    goal=(test)
fi
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
# Reports of an earlier run must not be counted.
rm -rf -- */target/surefire-reports */target/failsafe-reports

result=0
# --fail-at-end: the modules that do not depend on a broken one still say what they know.
"$MVN" -B -ntp --fail-at-end -T 2 "${goal[@]}" "$@" || result=$?

shopt -s nullglob
reports=(*/target/surefire-reports/TEST-*.xml */target/failsafe-reports/TEST-*.xml)
if [ ${#reports[@]} -eq 0 ]; then
    echo "millrace: no test ran" >&2
    echo "0 passed, 0 failed, 0 skipped"
    exit $((result == 0 ? 1 : result))
fi
failed=$(($(count_of failures) + $(count_of errors)))
skipped=$(count_of skipped)
passed=$(($(count_of tests) - failed - skipped))
[ "$failed" -eq 0 ] || [ "$result" -ne 0 ] || result=1
[ "$result" -eq 0 ] || echo "millrace: the build failed with exit code $result" >&2
print_times
echo "all of it took $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$result"
