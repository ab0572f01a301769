# Builds Release once. A stamp tells whether anything changed since; a lock lets one launcher build at a time.
#
# Scopes: `all` is the solution, `client` is src/Client alone (for the verbs that only talk to a silo).

output_of() { printf '%s/%s/bin/%s/release/SeqCluster.%s.dll' "$artifacts" "$substrate" "$1" "$1"; }

# require_build SCOPE: everything that a verb of that scope needs is there afterwards.
require_build() {
    find_sdk || { explain_sdk; exit 2; }
    resolve_substrate
    [[ $1 == client ]] || require_system
    ensure_built "$1"
}

ensure_built() {
    local scope=$1
    [[ $scope == client ]] || resolve_torch_device
    ! build_is_fresh "$scope" || return 0
    mkdir -p -- "$artifacts" 2>/dev/null || true
    [[ -w $artifacts ]] ||
        fail_build "something changed since the last build, and $artifacts is not writable for $(id -un)"
    # Closed for the children (9>&-): a compiler server that outlives the build must not keep the lock.
    exec 9>"$artifacts/build.lock"
    if ! flock --nonblock 9; then
        say "another launcher is building here; waiting for it …"
        flock 9
    fi
    build_is_fresh "$scope" || build "$scope"
    exec 9>&-
}

# What else decides the outputs, besides the files.
build_key() {
    local device=
    [[ $1 == client || $substrate == standin ]] || device=${TorchDevice-}
    printf '%s %s' "$dotnet" "$device"
}

stamp_of() { printf '%s/%s/%s.stamp' "$artifacts" "$substrate" "$1"; }

# Folders are looked at as well: removing or moving a file makes its folder newer.
build_is_fresh() {
    local scope=$1 stamp key='' inputs=("$root"/src "$root"/standins "$root"/eng "$root"/Directory.*.props "$root"/Directory.*.targets)
    if [[ $scope == client ]] && build_is_fresh all; then return 0; fi
    stamp=$(stamp_of "$scope")
    [[ -r $stamp ]] || return 1
    IFS= read -r key <"$stamp" || true
    [[ $key == "$(build_key "$scope")" ]] || return 1
    [[ $scope == client ]] || inputs+=("$root"/tests "$root"/bench "$root"/SeqCluster.sln)
    [[ -z $(find "${inputs[@]}" "$root/global.json" "$root/.editorconfig" -newer "$stamp" -print -quit) ]]
}

build() {
    local scope=$1 target=SeqCluster.sln stamp started=$SECONDS
    [[ $scope == all ]] || target=src/Client/Client.csproj
    require_sdk
    [[ $substrate != nuget || $scope != all ]] || restore_packages
    stamp=$(stamp_of "$scope")
    mkdir -p -- "${stamp%/*}"
    # Taken before the build: a file that is saved meanwhile is newer than the stamp.
    build_key "$scope" >"$stamp.new"
    say "building $target (Release, substrate $substrate) …"
    run_dotnet_build "$target" || {
        rm -f -- "$stamp.new"
        fail_build "the build failed; to see all of it: dotnet build $target -c Release -p:Substrate=$substrate"
    }
    mv -- "$stamp.new" "$stamp"
    say "built in $((SECONDS - started)) s"
}

run_dotnet_build() (
    local arguments=(build "$1" -c Release --nologo -nodeReuse:false)
    cd -- "$root" || return
    if [[ -t 2 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
        "$dotnet" "${arguments[@]}" -verbosity:minimal 9>&- >&2
    else
        # One line a project, and what went wrong once: MSBuild repeats every error in its summary.
        "$dotnet" "${arguments[@]}" -verbosity:minimal -terminalLogger:off -consoleLoggerParameters:NoSummary 2>&1 9>&- |
            sed -u -n -e 's/^ *\(SeqCluster substrate: .*\)/  \1/p' -e 's/^ *\([^ ]*\) -> .*/  \1/p' \
                -e '/: \(error\|warning\) /p' >&2
    fi
)

# The real packages are large (LibTorch for CUDA is gigabytes): no time limit, and NuGet's own progress on a terminal.
restore_packages() {
    say "restoring the real packages …"
    (cd -- "$root" && "$dotnet" restore SeqCluster.sln -p:Substrate=nuget 9>&- >&2) ||
        fail_build "the real packages could not all be restored; to go on without them: seqcluster --substrate standin …"
}
