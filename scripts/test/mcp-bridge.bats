#!/usr/bin/env bats
# shellcheck disable=SC2154 # the helper sets variables
# scripts/aidis-mcp-bridge.sh, with stand-ins for Java and Maven.

load helper

setup() {
  make_checkout
  folder=$checkout/aidis-port-sample-mcp/target/aidis-mcp-bridge
  # Says how it was called, and makes the archive that it is told to make.
  make_command jdk/bin/java <<'END'
[ "$1" != -version ] || { echo "openjdk version \"${JAVA_VERSION:-17}\"" && exit; }
printf '%s\n' "$@"
echo "in $PWD"
for argument; do
  case $argument in
    -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) cat >"${argument#*=}" ;;
  esac
done
END
  export JAVA_HOME=$checkout/jdk
  make_command mvn <<END
echo "mvn \$*"
mkdir -p "$folder"
touch "$folder/aidis-mcp-bridge.jar"
END
  export MAVEN=$checkout/mvn
}

make_command() { # FILE, the script on stdin
  mkdir -p "$(dirname "$1")"
  { echo '#!/usr/bin/env bash' && cat; } >"$1"
  chmod +x "$1"
}

bridge() {
  run --separate-stderr "$checkout/scripts/aidis-mcp-bridge.sh" "$@"
}

@test "the bridge gets its options, in the checkout, from wherever it is started" {
  cd /
  JAVA_OPTS='-Da=1 -Db=2' bridge --service 'orders mcp' --stdio-only
  exits_with 0
  contains "$output" $'-Da=1\n-Db=2\n-jar\n'"$folder/aidis-mcp-bridge.jar"$'\n--service\norders mcp\n--stdio-only\nin '"$checkout"
}

@test "what is missing is built, and says nothing on standard output" {
  bridge
  exits_with 0
  lacks "$output" 'mvn '
  contains "$stderr" 'mvn -q -DskipTests package -pl aidis-port-sample-mcp -am'
  bridge
  lacks "$stderr" 'mvn '
}

@test "a build that fails is an error" {
  make_command mvn <<<'echo no; exit 1'
  bridge
  exits_with 1
  [ "$output" = '' ]
  contains "$stderr" 'the build failed'
}

@test "Java's own messages go to standard error" {
  bridge
  contains "$output" -XX:+DisplayVMOutputToStderr
  contains "$output" -Xlog:disable
}

@test "prepare makes an archive of the classes, which is used from then on" {
  bridge
  lacks "$output" SharedArchiveFile
  bridge --prepare
  exits_with 0
  [ "$output" = '' ]
  contains "$(cat "$folder/classes.jsa")" '"method":"initialize"'
  bridge
  contains "$output" "-XX:SharedArchiveFile=$folder/classes.jsa"
}

@test "prepare makes an AOT cache as of Java 25, and only what was made last is used" {
  bridge --prepare
  JAVA_VERSION=25.0.1 bridge --prepare
  exits_with 0
  contains "$(cat "$folder/classes.aot")" '"method":"initialize"'
  bridge
  contains "$output" $'-XX:+IgnoreUnrecognizedVMOptions\n'"-XX:AOTCache=$folder/classes.aot"
  lacks "$output" SharedArchiveFile
  bridge --prepare
  bridge
  contains "$output" "-XX:SharedArchiveFile=$folder/classes.jsa"
  lacks "$output" AOTCache
}

@test "prepare that makes no archive is an error and leaves nothing" {
  make_command jdk/bin/java <<'END'
[ "$1" != -version ] || echo 'openjdk version "17"'
END
  bridge --prepare
  exits_with 1
  contains "$stderr" 'made no archive'
  [ "$(ls "$folder")" = aidis-mcp-bridge.jar ]
}

@test "relative paths in the environment count from where it is started" {
  make_command jdk/bin/java <<'END'
echo "$AIDIS_PORT_REGISTRY"
END
  mkdir elsewhere
  cd elsewhere
  AIDIS_PORT_REGISTRY=registry.json bridge
  [ "$output" = "$checkout/elsewhere/registry.json" ]
}

@test "help tells of both" {
  bridge --help
  contains "$output" 'Usage: scripts/aidis-mcp-bridge.sh'
  contains "$output" $'aidis-mcp-bridge.jar\n--help'
}
