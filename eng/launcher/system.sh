# What the stand-ins need of the distribution: LibTorch, an OpenBLAS for it, a C++ compiler and SQLite.

as_root() { ((EUID == 0)) || printf 'sudo '; }

# The file that the dynamic linker takes for a library name: LD_LIBRARY_PATH first, then its cache.
linked_library() {
    local folder file
    local IFS=:
    for folder in ${LD_LIBRARY_PATH-}; do
        if [[ -e $folder/$1 ]]; then readlink -f -- "$folder/$1"; return; fi
    done
    file=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p | awk -v name="$1" '$1 == name { print $NF; exit }')
    [[ -z $file ]] || readlink -f -- "$file"
}

# LibTorch names only libblas.so.3; which BLAS that is, the distribution's alternatives decide.
describe_blas() {
    [[ $substrate == standin ]] || { printf "BLAS of the TorchSharp package"; return; }
    local file
    file=$(linked_library libblas.so.3)
    case $file in
        '') printf 'no BLAS' ;;
        *openblas*) printf 'OpenBLAS (%s)' "$file" ;;
        *mkl*) printf 'MKL (%s)' "$file" ;;
        *blis* | *atlas* | *armpl*) printf 'BLAS %s' "$file" ;;
        *) printf 'reference BLAS (%s)' "$file" ;;
    esac
}

# Leaves what the stand-ins can be built and run with, or ends with exit code 2.
require_system() {
    [[ $substrate == standin ]] || return 0
    local missing=()
    list_missing
    if ((${#missing[@]})); then
        require_debian "${missing[*]}"
        install_system "${missing[@]}"
    fi
    [[ $(describe_blas) != reference* ]] ||
        fail_missing "LibTorch would load the $(describe_blas), which trains 18 times slower than OpenBLAS; to mend it:" \
            "$(as_root)apt-get install libopenblas0-pthread &&" \
            "$(as_root)update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu"
}

list_missing() {
    local blas
    blas=$(describe_blas)
    [[ -e /usr/include/torch/csrc/api/include/torch/torch.h && -n $(linked_library libtorch_cpu.so)$(linked_library libtorch.so) ]] ||
        missing+=(libtorch-dev)
    # A reference BLAS beside an installed OpenBLAS is a choice of the alternatives: no package mends that.
    if [[ $blas == 'no BLAS' || $blas == reference* && -z $(linked_library libopenblas.so.0) ]]; then
        missing+=(libopenblas0-pthread)
    fi
    command -v g++ >/dev/null || missing+=(g++)
    [[ -n $(linked_library libsqlite3.so.0) ]] || missing+=(libsqlite3-0)
}

require_debian() {
    local ID='' ID_LIKE='' system
    # shellcheck source=/dev/null
    [[ ! -r /etc/os-release ]] || source /etc/os-release
    system=" $ID $ID_LIKE "
    [[ ($system == *' debian '* || $system == *' ubuntu '*) && $(uname -m) == x86_64 ]] ||
        fail_missing "missing: $1. The stand-ins are for Debian and Ubuntu on x86-64; on this system the nuget substrate" \
            "is required: configure a package source that holds Microsoft.Orleans, TorchSharp and MessagePack," \
            "then: seqcluster setup --probe"
}

install_system() {
    local packages=("$@") command summary answer=
    command="$(as_root)apt-get install --no-install-recommends ${packages[*]}"
    if ! summary=$(apt_summary "${packages[@]}"); then
        command="$(as_root)apt-get update && $command"
        ((EUID == 0)) && say "reading the package lists (apt-get update) …" && apt-get -qq update >&2
        summary=$(apt_summary "${packages[@]}") || summary='size unknown: apt has no lists'
    fi
    say "to be installed: ${packages[*]}"
    say "$summary"
    if [[ -z $assume_yes ]]; then
        [[ -t 0 && -t 2 ]] || fail_missing "no terminal to ask on; to install: $command"
        read -r -p "Install now? [Y/n] " answer
        [[ $answer == '' || $answer == [Yy]* ]] || fail_missing "not installed; the command is: $command"
    fi
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail_missing "needs root, and sudo is not here; as root: ${command//sudo /}"
    fi
    apt_install "${packages[@]}" || {
        say "once more with fresh package lists …"
        with_root apt-get -qq update >&2
        apt_install "${packages[@]}" || fail_missing "the installation failed; the command was: $command"
    }
}

# apt's own words: what it would fetch and what that takes on the disk. Fails when a package is not in its lists.
apt_summary() {
    local plan
    plan=$(LC_ALL=C apt-get install --print-uris --yes --no-install-recommends "$@" 2>/dev/null) || return 1
    grep -E '^(Need to get|After this operation)' <<<"$plan" | paste -s -d ' '
}

apt_install() {
    with_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >&2
}

with_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}
