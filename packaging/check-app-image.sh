#!/usr/bin/env bash
# Runs an app image as a machine without Java would: an empty environment, no java on the path, another folder.
#
#   packaging/check-app-image.sh TAR_GZ
set -euo pipefail
archive=$(readlink -f "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
tar -C "$room" -xzf "$archive"
program=$(ls -d "$room"/cyphervit-*/cyphervit)
mkdir "$room/bin" "$room/home"
# What any Linux has; no java, no mvn.
for tool in sh env dirname basename cat sed sort head tail uname awk grep id readlink find mkdir rm pwd ls; do
  ln -s "$(command -v "$tool")" "$room/bin/$tool"
done
run() { (cd "$room" && env -i HOME="$room/home" PATH="$room/bin" "$program" "$@"); }

begun=$(date +%s%N)
run --version
first=$((($(date +%s%N) - begun) / 1000000))
echo "first start: $first ms"
[ "$first" -lt 3000 ] || { echo "check-app-image: the first start took longer than 3 seconds" >&2; exit 1; }
run doctor
run quickstart --out "$room/quickstart" --set run.steps=2 --json | tail -n 1
[ -s "$room/quickstart/report.html" ] || { echo "check-app-image: the quickstart left no report" >&2; exit 1; }
echo "The app image works without Java."
