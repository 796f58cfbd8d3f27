#!/bin/sh
# Install Debian packages that are not there yet: apt.sh PACKAGE…, or apt.sh -r FILE for a list.
# Without apt, or without root, it only says what is missing (status 3).
set -eu

if [ "${1:-}" = -r ]; then
    # shellcheck disable=SC2046
    set -- $(sed 's/#.*//' "$2")
fi
for package; do
    shift
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    if [ "$status" != installed ]; then set -- "$@" "$package"; fi
done
if [ $# = 0 ]; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "not installed: $*; on Debian or Ubuntu: sudo apt-get install $*" >&2
    exit 3
fi

echo "installing $*"
# Packages may bring ca-certificates, whose set-up writes the system's bundle anew. Where the
# administrator put a bundle without that package, theirs must survive: it may hold a proxy's
# authority.
bundle=/etc/ssl/certs/ca-certificates.crt
kept=$(mktemp)
trap 'rm -f "$kept"' EXIT
if [ -f $bundle ]; then cp $bundle "$kept"; fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --no-install-recommends "$@" >/dev/null
if [ -s "$kept" ]; then cat "$kept" >$bundle; fi
