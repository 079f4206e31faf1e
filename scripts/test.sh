#!/usr/bin/env bash
# Everything CI checks. The last line is always "N passed, N failed, N skipped"; the exit code is the build's.
set -euo pipefail
. "$(dirname "$0")/env.sh"

count_of() {
    local name=$1 total=0 value
    for value in $(sed -n "s/^<testsuite .* $name=\"\([0-9]*\)\".*/\1/p" "${reports[@]}"); do
        total=$((total + value))
    done
    echo "$total"
}

need_jdk
need_maven
"$ROOT/scripts/packages.sh" test
cd "$ROOT"
# Reports of an earlier run must not be counted.
rm -rf -- */target/surefire-reports */target/failsafe-reports

result=0
# --fail-at-end: the modules that do not depend on a broken one still say what they know.
"$MVN" -B -ntp --fail-at-end verify "$@" || result=$?

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
echo "$passed passed, $failed failed, $skipped skipped"
exit "$result"
