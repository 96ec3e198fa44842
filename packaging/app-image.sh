#!/usr/bin/env bash
# Makes an app image: the program with a Java runtime inside, to unpack and run where no Java is installed.
#
#   packaging/app-image.sh [ZIP]     # ZIP: the distribution that `mvn package` leaves; by default it is built first
#
# Leaves target/app-image/cyphervit-VERSION-PLATFORM/ and the same as .tar.gz. Runs on Linux and macOS with a JDK 25; the
# natives of one platform are inside, that of the machine it runs on.
set -euo pipefail
cd "$(dirname "$0")/.."

java_home=${JAVA_HOME:-}
for home in "$java_home" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -x "$home/bin/jlink" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then java_home=$home; break; fi
done
[ -x "$java_home/bin/jlink" ] || { echo "app-image: no JDK 25 with jlink found; set JAVA_HOME to one." >&2; exit 1; }

zip=${1:-}
if [ -z "$zip" ]; then
  mvn -B -q package -pl core,cli -am -DskipTests -Dspotless.check.skip=true
  zip=$(ls -t cli/target/cyphervit-*.zip | head -n 1)
fi
name=$(basename "$zip" .zip)
out=target/app-image
rm -rf "$out"
mkdir -p "$out"
unzip -q "$zip" -d "$out"
mv "$out"/cyphervit-* "$out/$name"
image=$out/$name

# Modules that the classes name, and those that are found by service alone: zip file systems, elliptic curves for https.
modules=$("$java_home/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps --class-path "$image/lib/*" \
  "$image"/lib/cyphervit-*.jar)
"$java_home/bin/jlink" --add-modules "$modules,jdk.zipfs,jdk.crypto.ec,jdk.jfr,jdk.management" --strip-debug \
  --no-header-files --no-man-pages --compress zip-6 --output "$image/runtime"

# The archive of classes that the launcher makes at its first start; made here, the first start is as fast as the others.
"$image/cyphervit" --version >/dev/null
tar -C "$out" -czf "$out/$name.tar.gz" "$name"
du -sh "$image" "$image/runtime" "$out/$name.tar.gz"
