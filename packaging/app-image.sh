#!/usr/bin/env bash
# Makes an app image: the program with a Java runtime inside, to unpack and run where no Java is installed.
#
#   packaging/app-image.sh [ZIP]     # ZIP: the distribution that `mvn package` leaves; by default it is built first
#
# Leaves target/app-image/cyphervit-VERSION-PLATFORM/ and the same as .tar.gz (on Windows .zip). Needs a JDK 25 and bash, on
# Linux, macOS or Windows (Git Bash); the natives of one platform are inside, that of the machine it runs on.
set -euo pipefail
cd "$(dirname "$0")/.."

java_home=${JAVA_HOME:-}
for home in "$java_home" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -x "$home/bin/jlink" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then java_home=$home; break; fi
done
[ -x "$java_home/bin/jlink" ] || { echo "app-image: no JDK 25 with jlink found; set JAVA_HOME to one." >&2; exit 1; }

case "$(uname -s)-$(uname -m)" in # as the SQLite jar calls its platforms
  Linux-x86_64) native=Linux/x86_64 ;;
  Linux-aarch64) native=Linux/aarch64 ;;
  Darwin-arm64) native=Mac/aarch64 ;;
  Darwin-x86_64) native=Mac/x86_64 ;;
  MINGW*-x86_64 | MSYS*-x86_64) native=Windows/x86_64 ;;
  *) echo "app-image: nothing is known of $(uname -s) on $(uname -m)." >&2; exit 1 ;;
esac

zip=${1:-}
if [ -z "$zip" ]; then
  if command -v mvn >/dev/null; then maven=mvn; else maven=./mvnw; fi
  "$maven" -B -q package -pl encoders,core,study,cli -DskipTests -Dspotless.check.skip=true
  zip=$(ls -t cli/target/cyphervit-*.zip | head -n 1)
fi
zip=$(cd "$(dirname "$zip")" && pwd)/$(basename "$zip")
name=$(basename "$zip" .zip)
out=target/app-image
rm -rf "$out"
mkdir -p "$out"
(cd "$out" && "$java_home/bin/jar" xf "$zip" && mv cyphervit-* "$name")
image=$out/$name
chmod +x "$image/cyphervit"

# The SQLite jar holds the natives of all systems; those of others are left out.
sqlite=$(cd "$image/lib" && ls "$PWD"/sqlite-jdbc-*.jar)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
(
  cd "$room"
  "$java_home/bin/jar" xf "$sqlite"
  mkdir kept
  mv "org/sqlite/native/$native" kept/native
  rm -rf org/sqlite/native
  mkdir -p "$(dirname "org/sqlite/native/$native")"
  mv kept/native "org/sqlite/native/$native"
  rmdir kept
  "$java_home/bin/jar" --create --file "$sqlite" --manifest META-INF/MANIFEST.MF .
)

# Modules that the classes name, and those that are found by service alone: zip file systems, elliptic curves for https.
# jlink's archive of the JDK's classes is what the launcher's archive of the program's classes builds on.
modules=$("$java_home/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps --class-path "$image/lib/*" \
  "$image"/lib/cyphervit-*.jar)
"$java_home/bin/jlink" --add-modules "$modules,jdk.zipfs,jdk.crypto.ec,jdk.jfr,jdk.management" --strip-debug \
  --no-header-files --no-man-pages --compress zip-6 --generate-cds-archive --output "$image/runtime"

# What a person without a terminal clicks on.
case $native in
  Windows/*)
    cp packaging/workbench.bat "$image/"
    (cd "$image" && cmd //c "cyphervit.bat --version") >/dev/null
    (cd "$out" && "$java_home/bin/jar" --create --no-manifest --file "$name.zip" "$name")
    du -sh "$image" "$image/runtime" "$out/$name.zip"
    exit
    ;;
  Mac/*) clickable=workbench.command ;;
  *) clickable=workbench ;;
esac
cp packaging/workbench "$image/$clickable"
chmod +x "$image/$clickable"

# The archive of classes that the launcher makes at its first start; made here, the first start is as fast as the others.
"$image/cyphervit" --version >/dev/null
[ -s "$image/lib/cyphervit.jsa" ] || { echo "app-image: the archive of classes was not made." >&2; exit 1; }
tar -C "$out" -czf "$out/$name.tar.gz" "$name"
du -sh "$image" "$image/runtime" "$out/$name.tar.gz"
