#!/bin/sh
# Show that a bare Debian is enough: minbase with python3, make and git, nothing else.
#
# usage: bare_root.sh [-k] [COMMAND...]     (as root; default: make demo && make test)
#   -k  keep the root of the last run instead of unpacking a fresh one
#
# The commands run in a clone of this checkout's HEAD. The release, the mirror and the rest of apt's
# settings are this host's own, as are the bundle of certificates and the variables that name an
# index, a proxy or a certificate. BARE_ROOT (default /var/tmp/crosswind-bare) holds the root and the
# archive it is unpacked from.
set -eu

keep=
[ "${1:-}" = -k ] && { keep=yes; shift; }
[ $# -gt 0 ] || set -- sh -c 'make demo && make test'

checkout=$(cd "$(dirname "$0")/.." && pwd)
home=${BARE_ROOT:-/var/tmp/crosswind-bare}
root=$home/root
archive=$home/minbase.tar
bundle=/etc/ssl/certs/ca-certificates.crt

make_archive() {
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $release" |
        head -n 1)
    rm -rf "$root"
    debootstrap --variant=minbase --include=python3,make,git "$release" "$root" "$mirror"
    tar -C "$root" --numeric-owner --one-file-system -cf "$archive.part" .
    mv "$archive.part" "$archive"
}

# What the administrator of any host would set up: names, trust, apt.
give_network() {
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    mkdir -p "$root/etc/ssl/certs"
    cp -L "${SSL_CERT_FILE:-$bundle}" "$root$bundle"
    rm -f "$root/etc/apt/sources.list"
    for name in sources.list sources.list.d preferences.d keyrings; do
        if [ -e "/etc/apt/$name" ]; then cp -a "/etc/apt/$name" "$root/etc/apt/"; fi
    done
    cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/"
    apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90host"
}

# Variables that the contract promises to honour; paths of certificates become the root's own.
passed() {
    env | grep -iE '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|DEFAULT_TIMEOUT)|UV_[A-Z_]*INDEX[A-Z_]*|GO(PROXY|SUMDB|NOSUMDB|NOPROXY|PRIVATE)|(https?|no|all)_proxy)=' || true
    for name in PIP_CERT SSL_CERT_FILE GIT_SSL_CAINFO; do echo "$name=$bundle"; done
}

[ -f "$archive" ] || make_archive
if [ -z "$keep" ] || [ ! -d "$root/src" ]; then
    rm -rf "$root"
    mkdir -p "$root"
    tar -C "$root" --numeric-owner -xpf "$archive"
    git clone --quiet --no-hardlinks "$checkout" "$root/src/crosswind"
fi
give_network

settings=$(passed)
# Our own mounts and processes, which end with us.
export root settings
exec unshare --mount --pid --fork --kill-child sh -eu -c '
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    IFS="
"
    set -f
    exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 CI="${CI:-}" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin $settings \
        sh -c "cd /src/crosswind && exec \"\$@\"" sh "$@"
' sh "$@"
