# Can the real packages be had? Answered from metadata alone: nothing is downloaded to find out.

# "id version" of each package that decides (Microsoft.Orleans.Server is not one: some mirrors hold that meta-package
# without what it needs).
deciding_packages() {
    local props=$root/Directory.Packages.props
    printf 'microsoft.orleans.sdk %s\n' "$(sed -n 's:.*<OrleansVersion>\(.*\)</OrleansVersion>.*:\1:p' "$props")"
    printf 'torchsharp %s\n' "$(sed -n 's:.*<TorchSharpVersion>\(.*\)</TorchSharpVersion>.*:\1:p' "$props")"
    local messagepack
    messagepack=$(sed -n 's:.*Include="MessagePack" Version="\([^"]*\)".*:\1:p' "$props")
    # It needs its analyzer of the same version, which some mirrors lack.
    printf 'messagepack %s\nmessagepackanalyzer %s\n' "$messagepack" "$messagepack"
}

packages_cached() {
    local cache=${NUGET_PACKAGES:-${HOME-}/.nuget/packages} id version
    # The usual answer is no, and needs no other process.
    [[ -d $cache/microsoft.orleans.sdk && -d $cache/torchsharp && -d $cache/messagepack ]] || return 1
    while read -r id version; do
        [[ -d $cache/$id/$version ]] || return 1
    done < <(deciding_packages)
}

probe_packages() {
    find_sdk || return 1
    local sources=() line scratch index=0 id version found=yes
    while read -r line; do
        [[ $line != E* ]] || sources+=("${line#* }")
    done < <(cd -- "$root" && "$dotnet" nuget list source --format short 2>/dev/null)
    if ! command -v curl >/dev/null && ! command -v wget >/dev/null; then
        say "cannot probe for the real packages (neither curl nor wget is here): taking them as absent"
        return 1
    fi
    say "looking whether the real Orleans, TorchSharp and MessagePack packages can be had (${#sources[@]} sources) …"
    scratch=$(mktemp -d)
    for line in "${sources[@]}"; do
        probe_source "$line" "$scratch/$((index++))" &
    done
    wait
    while read -r id version; do
        if ! cat "$scratch"/* 2>/dev/null | grep -qxF "$id $version"; then
            say "not to be had: $id $version"
            found=
        fi
    done < <(deciding_packages)
    rm -rf -- "$scratch"
    [[ -n $found ]]
}

# probe_source SOURCE REPORT: appends "id version" to REPORT for each deciding package that SOURCE holds.
probe_source() {
    local source=$1 report=$2 id version base
    if [[ $source == http://* || $source == https://* ]]; then
        base=$(get "$source" | tr -d '\n' | tr '}' '\n' | grep '"PackageBaseAddress/' |
            sed -n 's/.*"@id" *: *"\([^"]*\)".*/\1/p' | head -n 1) || return 0
        [[ -n $base ]] || return 0
        while read -r id version; do
            (get "${base%/}/$id/index.json" | grep -qF "\"$version\"" && printf '%s %s\n' "$id" "$version" >>"$report") &
        done < <(deciding_packages)
        wait
    elif [[ -d $source ]]; then
        while read -r id version; do
            [[ -z $(find "$source" -maxdepth 3 -iname "$id.$version.nupkg" -print -quit) ]] ||
                printf '%s %s\n' "$id" "$version" >>"$report"
        done < <(deciding_packages)
    fi
}

get() {
    if command -v curl >/dev/null; then
        curl --fail --silent --location --compressed --max-time 5 -- "$1" 2>/dev/null
    else
        wget --quiet --timeout=5 --tries=1 --output-document=- -- "$1" 2>/dev/null
    fi
}
