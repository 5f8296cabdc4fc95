#!/bin/sh
# Proves that a new Debian 12 with nothing but git, make and gcc needs two commands: make demo, make test.
#
#   fresh_debian.sh            the whole proof, as root and as an ordinary user
#   fresh_debian.sh deps       only make deps and the build, in both roles
#   fresh_debian.sh all root   one role: root or visitor
#
# Run as root; it needs debootstrap and unshare. What is committed (HEAD) is what is proved. The mirror is
# the one this machine's apt uses. The bare system is kept in FRESH_BASE (/tmp/fresh-debian-base.tar) for
# the next run. Everything happens in a mount and process namespace of its own, which takes its mounts
# and processes with it when it ends.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
base=${FRESH_BASE:-/tmp/fresh-debian-base.tar}
release=bookworm
what=${1:-all}
role=${2:-both}

say() { echo "== $*"; }
die() { echo "fresh_debian.sh: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "must run as root (debootstrap and chroot)"
case $what in all | deps) ;; *) die "unknown argument $what" ;; esac
case $role in both | root | visitor) ;; *) die "unknown role $role" ;; esac
for tool in debootstrap unshare git; do
    command -v $tool >/dev/null || die "$tool is not installed"
done

if [ -z "${FRESH_INSIDE:-}" ]; then
    folder=$(mktemp -d /tmp/fresh-debian.XXXXXX)
    trap 'rm -rf --one-file-system "$folder"' EXIT
    trap 'exit 130' INT TERM HUP
    result=0
    FRESH_INSIDE=$folder unshare --mount --pid --fork --kill-child "$0" "$what" "$role" || result=$?
    exit $result
fi
folder=$FRESH_INSIDE
mount --make-rprivate /

# Lines "site release component" of this machine's Debian sources.
sources() {
    apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT) $(LABEL)' 'Created-By: Packages' |
        awk '$4 ~ /^Debian/ { print $1, $2, $3 }' | sort -u
}

make_base() {
    mirror=$(sources | awk -v release=$release '$2 == release && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || die "apt knows no mirror of $release: run apt-get update"
    say "debootstrap $release"
    debootstrap --variant=minbase $release "$folder/base" "$mirror" >"$folder/debootstrap.log" 2>&1 || {
        tail -n 20 "$folder/debootstrap.log" >&2
        die "debootstrap failed"
    }
    sources | awk '{ print "deb", $1, $2, $3 }' >"$folder/base/etc/apt/sources.list"
    mount -t proc proc "$folder/base/proc"
    chroot "$folder/base" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
        --no-install-recommends git make gcc' >"$folder/base.log" 2>&1 || {
        tail -n 20 "$folder/base.log" >&2
        die "git, make and gcc could not be installed"
    }
    umount "$folder/base/proc"
    tar -C "$folder/base" -cf "$base.new" . && mv "$base.new" "$base"
    rm -rf "$folder/base"
}

# A new system in $folder/$1, with an ordinary user who may not become root.
new_system() {
    mkdir "$folder/$1"
    tar -C "$folder/$1" -xf "$base"
    cp /etc/resolv.conf "$folder/$1/etc/resolv.conf"
    cp /etc/hosts "$folder/$1/etc/hosts"
    mount -t proc proc "$folder/$1/proc"
    mkdir -p "$folder/$1/dev/shm"
    mount -t tmpfs -o mode=1777 tmpfs "$folder/$1/dev/shm"
    chroot "$folder/$1" useradd --create-home --shell /bin/sh visitor
    git -C "$root" bundle create "$folder/$1/tmp/projc.bundle" HEAD 2>/dev/null
}

# in_system NAME USER COMMAND: as that user with a clean environment, in the clone of that user.
in_system() {
    chroot "$folder/$1" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        setpriv --reuid="$2" --regid="$2" --init-groups env HOME="$(home_of "$2")" USER="$2" \
        sh -c "cd && [ -d projc ] || git -c advice.detachedHead=false clone -q /tmp/projc.bundle projc; cd projc && { $3; }"
}

home_of() {
    if [ "$1" = root ]; then echo /root; else echo "/home/$1"; fi
}

both_commands() { # system user
    if [ "$what" = deps ]; then
        say "$2: make deps, make, a private PostgreSQL"
        in_system "$1" "$2" "make deps && make && tests/support/pg.sh with sh -c 'psql -Atc \"select 1\" \"\$PROJC_TEST_PG\"'"
        return
    fi
    say "$2: make demo"
    in_system "$1" "$2" "make demo"
    say "$2: make test"
    in_system "$1" "$2" "make test" | tee "$folder/test.out"
    tail -n 1 "$folder/test.out" | grep -qE '^[1-9][0-9]* passed, 0 failed' || die "make test as $2 did not pass"
}

[ -f "$base" ] || make_base

if [ "$role" != visitor ]; then
    say "proof 1: root has nothing but git, make, gcc"
    new_system first
    both_commands first root
fi
if [ "$role" = root ]; then
    say "proved ($what, root)"
    exit 0
fi

say "proof 2: an ordinary user is told what to run, and passes once root has run it"
new_system second
if in_system second visitor "make demo" >"$folder/told.out" 2>&1; then
    die "make demo as an ordinary user succeeded without its packages"
fi
command=$(sed -n 's/^ *sudo \(apt-get install .*\)/\1/p' "$folder/told.out")
[ "$(printf '%s\n' "$command" | grep -c .)" = 1 ] || { cat "$folder/told.out"; die "the user was not told exactly one command"; }
say "told: sudo $command"
chroot "$folder/second" env DEBIAN_FRONTEND=noninteractive sh -c "$command" >"$folder/install.log" 2>&1 || {
    tail -n 20 "$folder/install.log" >&2
    die "the command that the user was told failed"
}
both_commands second visitor
say "proved ($what, $role)"
