# Shared by ./portal and ./check (read with `.`): a Python environment with the pinned packages, made once.
# bootstrap SET... where a SET is a file of requirements/ (run, test, dev). Installs only what is missing.

say() { printf '%s\n' "$*" >&2; }

install_debian() {
    # Install Debian packages, when this is a Debian and we are root; else say what to do.
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say "Memasang paket Debian: $*"
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
            --no-install-recommends install "$@"; } >"$state_log" 2>&1 ||
            { tail -n 20 "$state_log" >&2; say "apt-get gagal memasang: $*"; exit 1; }
    else
        say "Yang belum ada: $*. Pasang dahulu, misalnya: sudo apt-get install $*"
        exit 1
    fi
}

lock_bootstrap() {
    # One set-up at a time; a lock whose owner is gone does not count.
    tries=0
    until mkdir .bootstrap.lock 2>/dev/null; do
        owner=$(cat .bootstrap.lock/pid 2>/dev/null || true)
        tries=$((tries + 1))
        case $owner in
        "") if [ "$tries" -gt 20 ]; then rm -rf .bootstrap.lock; fi ;;
        *) if ! kill -0 "$owner" 2>/dev/null; then rm -rf .bootstrap.lock && continue; fi ;;
        esac
        [ "$tries" -gt 1 ] || say "Menunggu penyiapan lain (proses ${owner:-?}) selesai."
        sleep 0.3
    done
    echo $$ >.bootstrap.lock/pid
    trap 'rm -rf .bootstrap.lock' EXIT
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        if command -v $candidate >/dev/null && new_enough $candidate; then
            python=$candidate
            return
        fi
    done
    python=
}

make_environment() {
    find_python
    # python3 without python3-venv exists on Debian, so ask for ensurepip itself
    if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install_debian python3 python3-venv ca-certificates
        find_python
        [ "$python" ] || { say "Portal memerlukan Python 3.11 atau lebih baru."; exit 1; }
    fi
    say "Menyiapkan lingkungan Python di .venv"
    "$python" -m venv --clear .venv
}

install_packages() {
    # uv installs the pinned set in seconds; plain pip does the same slowly where uv cannot run
    if .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt &&
        .venv/bin/uv pip install --quiet --system-certs --require-hashes -p .venv/bin/python \
            -r requirements/uv.txt -r "requirements/$1.txt"; then
        return
    fi
    say "uv tidak dapat dipakai; memasang dengan pip."
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$1.txt"
}

bootstrap() {
    state_log=$(mktemp)
    lock_bootstrap
    if [ ! -x .venv/bin/python ] || ! new_enough .venv/bin/python; then
        make_environment
    fi
    for set in "$@"; do
        stamp=.venv/installed-$set
        if ! cmp -s "requirements/$set.txt" "$stamp"; then
            say "Memasang paket Python ($set)"
            install_packages "$set"
            cp "requirements/$set.txt" "$stamp"
        fi
    done
    rm -rf .bootstrap.lock
    rm -f "$state_log"
    trap - EXIT
}
