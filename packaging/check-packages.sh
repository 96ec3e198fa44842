#!/usr/bin/env bash
# Tries what packages the app image where no engine for containers is needed:
# the Debian package is installed into a bare Debian by dpkg, and the steps of Dockerfile and cyphervit.def are carried out
# in another one, by a reader of this script's own that knows the few instructions they use.
#
#   packaging/check-packages.sh target/app-image/cyphervit-VERSION-linux-x86_64     # as root; needs debootstrap
set -euo pipefail
image=$(readlink -f "$1")
cd "$(dirname "$0")/.."
command -v debootstrap >/dev/null || { echo "check-packages: install debootstrap first" >&2; exit 1; }
room=$(mktemp -d)
trap 'umount -q "$room"/*/proc 2>/dev/null || true; rm -rf "$room"' EXIT

bare() { # bare FOLDER: a Debian with nothing in it
  if [ ! -d "$room/base" ]; then debootstrap --variant=minbase bookworm "$room/base" >"$room/log" 2>&1 || { tail "$room/log" >&2; exit 1; }; fi
  cp -a "$room/base" "$1"
  cp /etc/resolv.conf "$1/etc/"
  # The same sources, proxy and certificates as here, so that a mirror is found.
  for file in /etc/apt/apt.conf.d/*proxy* /etc/apt/sources.list.d/*; do [ -f "$file" ] && cp "$file" "$1/$file"; done
  mount -t proc proc "$1/proc" # Java reads its own memory limit there
}
within() { local root=$1; shift; chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

echo "== Debian package"
packaging/deb.sh "$image"
deb=$(ls -t "$(dirname "$image")"/cyphervit_*_amd64.deb | head -n 1)
bare "$room/deb"
cp "$deb" "$room/deb/tmp/"
within "$room/deb" dpkg -i "/tmp/$(basename "$deb")"
within "$room/deb" cyphervit --version
within "$room/deb" cyphervit doctor
within "$room/deb" sh -c 'test -x /usr/bin/cyphervit-workbench && ! command -v java'
within "$room/deb" dpkg -r cyphervit
[ ! -e "$room/deb/opt/cyphervit" ] || { echo "check-packages: the package left files behind" >&2; exit 1; }

echo "== Dockerfile"
bare "$room/docker"
mkdir -p "$room/docker/opt"
while read -r word rest; do
  case $word in
    FROM) [ "$rest" = debian:12-slim ] || { echo "check-packages: another base: $rest" >&2; exit 1; } ;;
    COPY) cp -a "$image" "$room/docker/${rest##* }" ;;
    RUN) within "$room/docker" sh -ec "$rest" ;;
    USER | ENTRYPOINT | CMD | '#' | '') ;;
    *) echo "check-packages: unknown instruction $word" >&2; exit 1 ;;
  esac
done < <(grep -v '^#' packaging/Dockerfile)
within "$room/docker" setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/tmp cyphervit doctor

echo "== Apptainer recipe"
bare "$room/def"
mkdir -p "$room/def/opt"
cp -a "$image" "$room/def/opt/cyphervit"
section() { sed -n "/^%$1/,/^%/p" packaging/cyphervit.def | grep -v '^%' || true; }
within "$room/def" sh -ec "$(section post)"
within "$room/def" sh -ec "$(section test)"
within "$room/def" sh -ec "set -- doctor; $(section runscript)"
echo "The packages work."
