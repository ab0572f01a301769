# The .NET SDK: global.json says which.

dotnet=

# Sets $dotnet. Only looks for the program: what it can build is checked by require_sdk, before a build.
find_sdk() {
    local candidate
    for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "${HOME:+$HOME/.dotnet/dotnet}"; do
        if [[ -n $candidate && -x $candidate ]]; then
            dotnet=$candidate
            return 0
        fi
    done
    return 1
}

require_sdk() {
    find_sdk || { explain_sdk; exit 2; }
    # global.json is found from the working folder, so the question is asked in the checkout.
    (cd -- "$root" && "$dotnet" --version) >/dev/null 2>&1 || { explain_sdk; exit 2; }
}

explain_sdk() {
    local wanted have='none' mend='install it as https://learn.microsoft.com/dotnet/core/install/linux says'
    wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json")
    [[ -z $dotnet ]] || have=$("$dotnet" --list-sdks | awk '{ printf "%s%s", separator, $1; separator = ", " }')
    if [[ $(apt-cache policy dotnet-sdk-10.0 2>/dev/null) == *'Candidate: 10.'* ]]; then
        mend="$(as_root)apt-get install dotnet-sdk-10.0"
    fi
    say ".NET SDK $wanted or a later 10.0 is missing (found: ${have:-none}); to mend it: $mend"
}
