#!/bin/sh
# Installs what was built: install.sh PREFIX [DIST]
# bin/gemini-java and lib/gemini-java go below PREFIX; an earlier installation is replaced.
set -e
prefix=${1:?"usage: install.sh PREFIX [DIST]"}
dist=${2:-$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd -P)/target/dist}
[ -x "$dist/bin/gemini-java" ] || {
  echo "install.sh: nothing is built in $dist; run 'mvn package' first" >&2
  exit 2
}
mkdir -p "$prefix/bin" "$prefix/lib"
rm -rf "$prefix/lib/gemini-java.new"
cp -R "$dist/lib/gemini-java" "$prefix/lib/gemini-java.new"
rm -rf "$prefix/lib/gemini-java"
mv "$prefix/lib/gemini-java.new" "$prefix/lib/gemini-java"
cp "$dist/bin/gemini-java" "$prefix/bin/gemini-java"
sh "$prefix/lib/gemini-java/archive.sh" || true
case :$PATH: in
  *:"$prefix/bin":*) echo "installed $prefix/bin/gemini-java" ;;
  *) echo "installed $prefix/bin/gemini-java; put $prefix/bin on your PATH" ;;
esac
