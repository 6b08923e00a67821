#!/bin/sh
# Fetch the front-end files we serve ourselves into static/vendor/NAME-VERSION/, with licences and SHA256SUMS.
# Needs npm, for two `npm pack`; users of the portal need no node.
set -eu
cd "$(dirname "$0")/.."
bootstrap=5.3.8
htmx=2.0.10
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # NAME VERSION FILE TARGET
    npm pack --silent --pack-destination "$work" "$1@$2" >/dev/null
    rm -rf "$work/package"
    tar -xzf "$work/$1-$2.tgz" -C "$work"
    folder=static/vendor/$4-$2
    mkdir -p "$folder"
    # the manifest storage would look for the source map that such a comment names
    sed '/^\/\*# sourceMappingURL=.*\*\/$/d' "$work/package/$3" >"$folder/$(basename "$3")"
    cp "$work/package/LICENSE" "$folder/LICENSE"
}

fetch bootstrap "$bootstrap" dist/css/bootstrap.min.css bootstrap
fetch htmx.org "$htmx" dist/htmx.min.js htmx

cd static/vendor
find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum >SHA256SUMS
