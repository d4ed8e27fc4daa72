#!/usr/bin/env bash
# Starts the bridge between an MCP client, which speaks to it over standard input and output, and the server aidis-mcp of this checkout.
# Nothing but the protocol may go to standard output.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/aidis-mcp-bridge.sh [--prepare | options of the bridge]

What an MCP client is told to run. Works from any folder: the registry and the .env file are those of this checkout.

  --prepare   build the bridge if it is missing, and let Java remember its classes, so that it starts sooner; then end

  JAVA_OPTS   options for Java
  MAVEN       the Maven command to build with (./mvnw where it exists, else mvn)

The rest is the bridge's own:

END
}

main() {
  make_paths_absolute "$PWD"
  cd "$CHECKOUT"
  # The bridge reads .env itself.
  [ -z "${AIDIS_ENV:-}" ] || load_environment
  choose_java 'run the bridge'
  folder=$CHECKOUT/aidis-port-sample-mcp/target/aidis-mcp-bridge
  jar=$folder/aidis-mcp-bridge.jar
  archive=$folder/classes.jsa
  # What Java 25 and later makes instead.
  cache=$folder/classes.aot
  [ -f "$jar" ] || build
  # What Java itself has to say goes to standard error, and a bridge is small.
  options=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=error:stderr)
  case ${1:-} in
    --prepare) prepare ;;
    -h | --help) usage && run --help ;;
    *) run "$@" ;;
  esac
}

run() {
  local java_opts=()
  # Java looks itself whether they are of this Java and these classes, and one that knows no such cache does without.
  if [ -f "$cache" ]; then
    options+=(-XX:+IgnoreUnrecognizedVMOptions "-XX:AOTCache=$cache")
  elif [ -f "$archive" ]; then
    options+=("-XX:SharedArchiveFile=$archive")
  fi
  read -r -d '' -a java_opts <<<"${JAVA_OPTS:-}" || true
  exec "$java" "${options[@]}" ${java_opts[@]+"${java_opts[@]}"} -jar "$jar" "$@"
}

build() {
  local maven=${MAVEN:-mvn}
  if [ -z "${MAVEN:-}" ] && [ -x ./mvnw ]; then
    maven=./mvnw
  fi
  need "$maven" 'build the bridge'
  warn 'Building the bridge, this takes a while the first time'
  "$maven" -q -DskipTests package -pl aidis-port-sample-mcp -am </dev/null >&2 || die 1 'the build failed'
  [ -f "$jar" ] || die 1 "the build made no $jar"
}

# Runs the bridge once, for as long as it takes to speak to a server if there is one, and keeps what it has loaded.
prepare() {
  local made=$archive other=$cache keep=-XX:ArchiveClassesAtExit
  find_java
  if [ "$java_release" -ge 25 ]; then
    made=$cache other=$archive keep=-XX:AOTCacheOutput
  fi
  new=$made.$$
  trap 'rm -f -- "$new"' EXIT
  printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"aidis-mcp-bridge.sh","version":"1"}}}' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/list"}' |
    "$java" "${options[@]}" "$keep=$new" -jar "$jar" --wait 1 >/dev/null
  [ -s "$new" ] || die 1 "'$java' made no archive of the classes"
  rm -f -- "$other"
  mv -f -- "$new" "$made"
  warn "The bridge is ready: $jar"
}

main "$@"
