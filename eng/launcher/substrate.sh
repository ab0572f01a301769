# Which substrate: the switch itself is in eng/Substrate.props; here is decided what it is set to.

substrate=${Substrate-}
[[ $substrate != auto ]] || substrate=
verdict_file=$artifacts/substrate

choose_substrate() {
    case $1 in
        nuget | standin) substrate=$1 ;;
        auto) substrate= ;;
        *) fail_usage "--substrate ${1:-(nothing)}: must be nuget, standin or auto" ;;
    esac
}

# Sets and exports Substrate. Order: what was asked for, the packages in the cache, the kept answer, a probe.
resolve_substrate() {
    if [[ -z $substrate ]]; then
        if packages_cached; then
            substrate=nuget
        elif [[ -r $verdict_file ]]; then
            read -r substrate <"$verdict_file"
        elif probe_packages; then
            substrate=nuget
            keep_verdict nuget
        else
            substrate=standin
            keep_verdict standin
        fi
    fi
    export Substrate=$substrate
}

keep_verdict() {
    # Where this cannot be written, a later start asks again.
    mkdir -p -- "$artifacts" 2>/dev/null && [[ -w $artifacts ]] || return 0
    printf '%s\n' "$1" >"$verdict_file"
}

forget_probe() { rm -f -- "$verdict_file"; }

# TorchDevice chooses between the two TorchSharp packages. nvidia-smi takes long: its answer is kept until the next boot.
resolve_torch_device() {
    [[ -z ${TorchDevice-} ]] || return 0
    export TorchDevice=cpu
    command -v nvidia-smi >/dev/null || return 0
    local boot='' kept_boot='' kept=''
    boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || true)
    if [[ -r $artifacts/torch-device ]]; then
        read -r kept_boot kept <"$artifacts/torch-device" || true
    fi
    if [[ -n $kept && $kept_boot == "$boot" ]]; then
        TorchDevice=$kept
        return 0
    fi
    if nvidia-smi -L 2>/dev/null | grep -q '^GPU '; then TorchDevice=cuda; fi
    if mkdir -p -- "$artifacts" 2>/dev/null && [[ -w $artifacts ]]; then
        printf '%s %s\n' "$boot" "$TorchDevice" >"$artifacts/torch-device"
    fi
}
