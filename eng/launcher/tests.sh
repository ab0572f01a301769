# `seqcluster test`: builds, runs every project under tests/, and ends with one line that can be read by a script.

run_tests() {
    local name='' all='' filter
    while (($#)); do
        case $1 in
            -h | --help) explain_tests; return ;;
            --filter) name=${2-}; [[ -n $name ]] || fail_usage "--filter needs a part of a test's name"; shift 2 ;;
            --all) all=yes; shift ;;
            --substrate) choose_substrate "${2-}"; shift 2 ;;
            --yes | -y) assume_yes=yes; shift ;;
            *) fail_usage "test: unknown option $1; see: seqcluster test --help" ;;
        esac
    done
    require_build all

    filter=()
    # The characters that mean something in a filter expression.
    [[ -z $name ]] || filter+=("FullyQualifiedName~$(sed 's/[\\()&|=!~]/\\&/g' <<<"$name")")
    [[ -n $all ]] || filter+=('Category!=Long')

    local results=$artifacts/test-results/$substrate status=0
    rm -rf -- "$results"
    mkdir -p -- "$results"
    run_test_hosts || status=$?
    summarize_tests "$status"
}

explain_tests() {
    cat <<'HELP'
Builds and runs the tests. The last line is `N passed, N failed` (and `, N skipped`); exit code 1 when a test
failed or none ran. Results lie in artifacts/test-results as .trx files.

Usage: seqcluster test [--filter NAME] [--all] [--substrate nuget|standin] [--yes]

  --filter NAME  only tests whose full name contains NAME
  --all          the long tests as well ([Trait("Category", "Long")])
  --substrate    what to build and test on (README.md, "Substrates")
  --yes          install what is missing without asking (also: CI=true)

Examples:
  seqcluster test
  seqcluster test --filter AllReduce
  seqcluster test --all --substrate nuget
HELP
}

# All projects in one go, two test hosts at a time.
run_test_hosts() {
    local project assemblies=() arguments=()
    for project in "$root"/tests/*/*.csproj; do
        assemblies+=("$(output_of "$(basename -- "$project" .csproj)")")
    done
    if ((${#filter[@]})); then
        local IFS='&'
        arguments=(--filter "${filter[*]}")
    fi
    # From the checkout: its global.json chooses the SDK. The lines left out say nothing that the tally does not.
    (cd -- "$root" && "$dotnet" test "${assemblies[@]}" "${arguments[@]}" --nologo --logger 'console;verbosity=minimal' \
        --logger 'trx;LogFileName=all.trx' --results-directory "$results" -- RunConfiguration.MaxCpuCount=2 </dev/null) |
        sed -u -e '/^No test matches the given/d' -e '/^No test is available in/d' -e '/^Additionally, path to/d' \
            -e '/^Results File: /d'
}

# summarize_tests STATUS: lists what was skipped and why, then says the one line.
summarize_tests() {
    local passed failed skipped long_hint=' (long tests run only with --all)'
    [[ -z $all ]] || long_hint=
    read -r passed failed skipped < <(count_outcomes)
    if (($1 != 0 && failed == 0)); then
        say "a test host ended with exit code $1 before all of its tests had: counted as one failure"
        failed=1
    fi
    if ((skipped)); then
        printf '\nSkipped:\n'
        list_skipped
    fi
    if ((passed + failed == 0)); then
        say "nothing ran: no test${name:+ with $name in its name}$long_hint"
    fi
    printf '\n%d passed, %d failed' "$passed" "$failed"
    ((skipped == 0)) || printf ', %d skipped' "$skipped"
    printf '\n'
    ((failed == 0 && passed > 0))
}

count_outcomes() {
    cat "$results"/*.trx 2>/dev/null | tr '\n' ' ' | sed 's/<UnitTestResult /\n&/g' | awk '
        /^<UnitTestResult / && match($0, /outcome="[A-Za-z]*"/) { count[substr($0, RSTART + 9, RLENGTH - 10)]++ }
        END {
            for (outcome in count) if (outcome != "Passed" && outcome != "NotExecuted") failed += count[outcome]
            printf "%d %d %d\n", count["Passed"], failed, count["NotExecuted"]
        }'
}

list_skipped() {
    cat "$results"/*.trx | tr '\n' ' ' | sed 's/<UnitTestResult /\n&/g' | grep 'outcome="NotExecuted"' |
        sed -e 's/.*testName="\([^"]*\)".*<Message>\(.*\)<\/Message>.*/  \1: \2/' \
            -e 's/.*testName="\([^"]*\)".*/  \1/' \
            -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g'
}
