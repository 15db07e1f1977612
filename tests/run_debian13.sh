#!/bin/sh
# run_debian13.sh — Job: build all and run the unit tests inside a Debian 13 made for it.
#
# The little system lies in $B/debian13 and is kept; only the project is copied anew. It is made
# from the mirror that this machine's own apt uses. Needs root (chroot). MIRROR may name another.
set -u
: "${B:=build}"
root=$B/debian13
say() { echo "check-debian13: $1" >&2; }

if [ "$(id -u)" -ne 0 ]; then
    say "SKIPPED: needs root / root 権限が必要です"
    exit 0
fi
# Mounts of our own, which are gone when this script is.
if [ -z "${OWN_MOUNTS:-}" ]; then
    OWN_MOUNTS=1 exec unshare --mount sh "$0"
fi
mirror=${MIRROR:-$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
    grep -v security | head -n 1)}
if [ ! -e "$root/made" ]; then
    say "making a Debian 13 in $root"
    mkdir -p "$root"
    debootstrap --variant=minbase trixie "$root" $mirror >"$B/debootstrap.log" 2>&1 || {
        tail -n 5 "$B/debootstrap.log" >&2
        say "SKIPPED: debootstrap could not make it; its log is $B/debootstrap.log"
        exit 0
    }
    : >"$root/made"
fi

# The network and apt's way out are this machine's.
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 1

rm -rf "$root/src"
mkdir -p "$root/src"
tar -c --exclude-vcs --exclude='./build*' --exclude=node_modules . | tar -x -C "$root/src"
# Only what building and the unit tests need: the rest is tried on Debian 12.
chroot "$root" sh -eu -c '
    cd /src
    export LC_ALL=C.UTF-8
    dpkg --configure -a        # what an earlier run left half done
    sh tests/setup.sh build
    for package in libcmocka-dev libmicrohttpd-dev openssl fontconfig poppler-data \
        fonts-ipafont-gothic; do
        dpkg -s $package >/dev/null 2>&1 ||
            DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $package
    done
    make --no-print-directory -k -j"$(nproc)" B=/build all check'
