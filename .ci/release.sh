#!/usr/bin/env bash
# The steps of .github/workflows/release.yml: release.sh ready|build|sources|notes|image
#
# What they make is in dist/. `build` and `sources` run anywhere; the others need what the workflow gives them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

version() {
    sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml
}

# The part of the changelog that is about this version.
changes() {
    awk -v version="$(version)" '
        /^## / { if (inside) exit; inside = $2 == version || $2 == "[" version "]"; next }
        inside
    ' CHANGELOG.md
}

pip_tools() { # PACKAGE...: into a folder of their own, whose path it prints
    local folder bin
    folder=$(mktemp -d)
    if command -v python3 >/dev/null; then python3 -m venv "$folder"; else python -m venv "$folder"; fi
    bin=$folder/bin
    [ -d "$bin" ] || bin=$folder/Scripts # on Windows
    "$bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    printf '%s\n' "$bin"
}

ready() { # TAG: the tag, if there is one
    [ -z "${TAG:-}" ] || [ "$TAG" = "v$(version)" ] || fail "the tag is $TAG, and Cargo.toml has the version $(version)"
    [ -z "${TAG:-}" ] || [ -n "$(changes)" ] || fail "CHANGELOG.md has no section \`## $(version)\`"
    [ -z "${TAG:-}" ] || ! grep -qF 'repository = "https://example.org' Cargo.toml || fail 'Cargo.toml: the repository is still a placeholder'
    grep -qx "avocet-ssg==$(version)" scaffold/requirements.txt || fail 'scaffold/requirements.txt names another version'
    printf 'Version %s\n' "$(version)"
}

# A wheel and an archive with the binary, and both are tried. TARGET is a target of Rust, OPTIONS are some of maturin's.
build() {
    local bin name out=target/$TARGET/release options=()
    read -ra options <<<"${OPTIONS:-}"
    if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$TARGET"; then rustup target add "$TARGET"; fi
    bin=$(pip_tools 'maturin[zig]==1.16.0')
    PATH="$bin:$PATH" maturin build --release --locked --target "$TARGET" --out dist "${options[@]}"
    name=avocet-$(version)-$TARGET
    mkdir -p "dist/$name"
    cp LICENSE THIRD-PARTY.md README.md CHANGELOG.md "dist/$name"
    case $TARGET in
        *windows*)
            cp "$out/avocet.exe" "dist/$name"
            (cd dist && 7z a -bso0 "$name.zip" "$name")
            try "$out/avocet.exe"
            ;;
        *)
            cp "$out/avocet" "dist/$name"
            tar -C dist -czf "dist/$name.tar.gz" "$name"
            try "$out/avocet"
            ;;
    esac
    rm -r "dist/$name"
}

try() { # BINARY
    local site
    site=$(mktemp -d)/site
    "$1" --version
    "$1" init "$site"
    "$1" build --site "$site" --strict
    "$1" check --site "$site" --strict
}

# The source distribution for pip, and a bill of materials.
sources() {
    local bin
    bin=$(pip_tools 'maturin==1.16.0')
    "$bin/maturin" sdist --out dist
    command -v cargo-cyclonedx >/dev/null || cargo install cargo-cyclonedx --version 0.5.9 --locked --quiet
    cargo cyclonedx --format json --target all --override-filename avocet.cdx
    mv avocet.cdx.json "dist/avocet-$(version).cdx.json"
    find . -name avocet.cdx.json -not -path './target/*' -delete
}

notes() {
    (cd dist && sha256sum -- * >SHA256SUMS)
    changes >notes.md
}

# For both kinds of processor, from the binaries that need no library.
image() {
    local name
    name=ghcr.io/${GITHUB_REPOSITORY,,}
    mkdir -p image
    tar -C image -xzf "dist/avocet-$(version)-x86_64-unknown-linux-musl.tar.gz"
    tar -C image -xzf "dist/avocet-$(version)-aarch64-unknown-linux-musl.tar.gz"
    mv "image/avocet-$(version)-x86_64-unknown-linux-musl" image/amd64
    mv "image/avocet-$(version)-aarch64-unknown-linux-musl" image/arm64
    printf '%s' "$GITHUB_TOKEN" | docker login ghcr.io --username "$ACTOR" --password-stdin
    docker buildx create --use
    docker buildx build --platform linux/amd64,linux/arm64 --push --provenance=true --sbom=true \
        --label "org.opencontainers.image.source=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" \
        --tag "$name:$(version)" --tag "$name:latest" --file .ci/Dockerfile image
}

case ${1:-} in
    ready | build | sources | notes | image) "$1" ;;
    *) fail 'usage: release.sh ready|build|sources|notes|image' ;;
esac
