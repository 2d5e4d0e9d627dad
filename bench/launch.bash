# Read by the scripts beside it: finds a JDK, builds when sources are newer than the last build, and
# starts a class. Needs bash, Maven and a JDK as the launcher in the root folder does.
#
#   SLUICE_JAVA_HOME   the JDK to use, instead of the first one found
#   SLUICE_JAVA_OPTS   further options for the Java virtual machine, such as -Xmx8g

readonly JAVA_WANTED=25
root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
readonly root
readonly target=$root/bench/target
readonly stamp=$target/build.stamp # made by pom.xml; bears the time at which the build began

fail() {
  printf 'bench: %s\n' "$1" >&2
  exit 1
}

# Takes the JDK in folder $1 if it is new enough and complete.
try_jdk() {
  local version
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${version:-0}" -ge "$JAVA_WANTED" ] || return 1
  java_home=$1
}

find_jdk() {
  local candidate
  if [ -n "${SLUICE_JAVA_HOME:-}" ]; then
    try_jdk "$SLUICE_JAVA_HOME" && return
    fail "SLUICE_JAVA_HOME is $SLUICE_JAVA_HOME, which is no JDK of version $JAVA_WANTED or newer"
  fi
  candidate=$(type -P javac) && candidate=$(readlink -f "$candidate" 2>/dev/null)
  for candidate in "${JAVA_HOME:-}" "${candidate%/bin/javac}" /usr/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* \
    /opt/*jdk* /opt/java/* "${HOME:-}"/.jdks/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    try_jdk "$candidate" && return
  done
  fail "no JDK of version $JAVA_WANTED or newer was found; say where it is with SLUICE_JAVA_HOME"
}

build() {
  [ -f "$stamp" ] && [ -z "$(find "$root"/pom.xml "$root"/{models,inference,index,cascade,context,bench}/pom.xml \
    "$root"/{inference,index,cascade,context,bench}/src/main "$root"/models/*/SHA256SUMS \
    -newer "$stamp" 2>/dev/null)" ] && return
  type -P mvn >/dev/null || fail "Maven is needed to build the benchmarks, and there is no mvn on the PATH"
  mkdir -p "$target"
  printf 'bench: building ...\n' >&2
  (cd "$root" && JAVA_HOME=$java_home PATH=$java_home/bin:$PATH \
    mvn -q -B -Dstyle.color=never -Dmaven.test.skip=true -Dexec.skip=true -Pbench -pl bench -am package) \
    >"$target/build.log" 2>&1 </dev/null || {
    tail -n 30 "$target/build.log" >&2
    fail "the build failed; its whole output is in $target/build.log"
  }
}

# start CLASS ARGUMENTS...: in place of this shell.
start() {
  find_jdk
  build
  export ORT_DISABLE_TELEMETRY=1 # else ONNX Runtime writes to the home folder and reports the process
  # shellcheck disable=SC2086 # SLUICE_JAVA_OPTS holds several options
  exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
    --sun-misc-unsafe-memory-access=allow -XX:+UseParallelGC -Dai.djl.offline=true "-Dsluice.root=$root" \
    ${SLUICE_JAVA_OPTS:-} -cp "$target/sluice-bench.jar:$target/lib/*" "$@"
}
