# Messages. All of them go to stderr: stdout belongs to the verb (`seqcluster jobs --json | …`).

bold='' red='' plain=''
if [[ -t 2 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
    bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
fi

say() { printf '%sseqcluster:%s %s\n' "$bold" "$plain" "$*" >&2; }

# Something outside the checkout is missing: name it and the command that mends it.
fail_missing() {
    printf '%sseqcluster:%s %s\n' "$red" "$plain" "$*" >&2
    exit 2
}

fail_usage() { fail_missing "$@"; }

fail_build() {
    printf '%sseqcluster:%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}
