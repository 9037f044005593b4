#!/bin/sh
# Archives the classes that programs load first, so that the JVM starts with them ready. Without the
# archives, or with another JDK, all works as well, only the start takes longer; run this again then.
# An archive fits only the place where it was made.
lib=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
launcher=$lib/../../bin/gemini-java
java=java
[ -z "$JAVA_HOME" ] || java=$JAVA_HOME/bin/java
rm -f "$lib/program.jsa" "$lib/launcher.jsa"

# The caches of the user stay as they are, and what is compiled here is compiled anew.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work
export XDG_CACHE_HOME
cd "$work" || exit 1

log='-Xlog:disable -Xlog:all=off'
# shellcheck disable=SC2086
"$launcher" $log --quiet "-XX:ArchiveClassesAtExit=$lib/program.jsa" "$lib/archive/Program.java" >/dev/null 2>&1 ||
  rm -f "$lib/program.jsa"
# shellcheck disable=SC2086
"$java" $log "-XX:ArchiveClassesAtExit=$lib/launcher.jsa" "-Dgemini.launch.home=$lib" \
  -cp "$lib/gemini-cli.jar:$lib/gemini-runtime.jar" dev.geminijava.cli.launch.Launch "$lib/archive/Plain.java" >/dev/null 2>&1 ||
  rm -f "$lib/launcher.jsa"
