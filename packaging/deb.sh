#!/usr/bin/env bash
# Makes a Debian package of an app image: /opt/cyphervit, the commands cyphervit and cyphervit-workbench, a menu entry.
#
#   packaging/deb.sh target/app-image/cyphervit-VERSION-linux-x86_64
set -euo pipefail
image=$(readlink -f "$1")
version=$(basename "$image" | sed -E 's/^cyphervit-([^-]+(-SNAPSHOT)?)-.*$/\1/')
out=$(dirname "$image")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/DEBIAN" "$room/opt" "$room/usr/bin" "$room/usr/share/doc/cyphervit"
cp -a "$image" "$room/opt/cyphervit"
ln -s /opt/cyphervit/cyphervit "$room/usr/bin/cyphervit"
ln -s /opt/cyphervit/workbench "$room/usr/bin/cyphervit-workbench"
mkdir -p "$room/usr/share/applications"
cat >"$room/usr/share/applications/cyphervit.desktop" <<DESKTOP
[Desktop Entry]
Type=Application
Name=CypherViT workbench
Comment=Phenotype maps of histology slides
Exec=cyphervit-workbench
Terminal=true
Categories=Science;MedicalSoftware;
DESKTOP
cp "$image/LICENSE" "$room/usr/share/doc/cyphervit/copyright"
cat >"$room/DEBIAN/control" <<CONTROL
Package: cyphervit
Version: ${version/-SNAPSHOT/~snapshot}
Architecture: amd64
Maintainer: CypherViT for the JVM contributors <cyphervit@localhost>
Recommends: libopenslide0
Section: science
Priority: optional
Installed-Size: $(du -sk "$room/opt" | cut -f1)
Description: Self-supervised representation learning for histopathology
 Pre-trains encoders on H&E tiles without labels, evaluates them, and shows
 the phenotypes they find on whole slides. Java is inside.
CONTROL
dpkg-deb --root-owner-group -Zxz -b "$room" "$out/cyphervit_${version}_amd64.deb"
