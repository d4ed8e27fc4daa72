#!/usr/bin/env bash
# Runs both samples on another registry than the file, in the foreground.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/run-samples.sh etcd|zookeeper|eureka [ADDRESS]

Builds the two samples with the library that the registry needs, which changes nothing else in them, starts both on ports that the
operating system chooses, prints their URLs, and ends them with Ctrl-C. ADDRESS is where the registry is:

  etcd       http://localhost:2379, the default, or several with commas between them
  zookeeper  localhost:2181, likewise
  eureka     http://localhost:8761/eureka/, likewise

Variables:

  MAVEN               the Maven command to build with (mvn)
  JAVA_HOME           the JDK to build and run with
  JAVA_OPTS           options for the Java virtual machines of the samples
                      (PORT, SERVER_PORT, MANAGEMENT_SERVER_PORT, SPRING_PROFILES_ACTIVE and what names a service are not handed on)
  AIDIS_STOP_TIMEOUT  seconds that each sample gets to end by itself (15)

Exit codes: 0 ended by Ctrl-C; 1 the build failed, or a sample did not start or has ended by itself, and why; 2 wrong usage.
END
}

services=(aidis-mcp aidis-command-dev)
modules=(aidis-port-sample-mcp aidis-port-sample-command)
pids=()
told=(no no)

main() {
  local argument i
  for argument; do
    case $argument in
      -h | --help) usage && return ;;
    esac
  done
  if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    usage >&2
    exit 2
  fi
  choose "$@"
  stop_timeout=$(seconds AIDIS_STOP_TIMEOUT 15)
  cd "$CHECKOUT"
  find_java
  build
  logs=$(mktemp -d "${TMPDIR:-/tmp}/aidis-samples.XXXXXX") || die 1 'cannot make a temporary folder for the logs'
  trap stop EXIT
  trap 'echo "Stopping both" || true; exit 0' INT TERM
  for i in 0 1; do
    launch "$i"
  done
  for i in 0 1; do
    wait_until_started "$i"
  done
  [ "$registry" != eureka ] || echo 'Eureka and its clients remember what they knew: they see each other after up to a minute.'
  echo "Logs are in $logs. Ctrl-C ends both."
  while true; do
    all_alive 'has ended by itself'
    for i in 0 1; do
      tell_problem "$i"
    done
    sleep 0.5
  done
}

# Sets registry, and the options that lead the samples there.
choose() { # REGISTRY [ADDRESS]
  local url='https?://[^,/[:space:]]+[^,[:space:]]*' server='[^,/[:space:]]+:[0-9]{1,5}'
  registry=$1
  case $registry in
    etcd)
      address_like "^$url(,$url)*\$" "${2:-}" http://localhost:2379
      options=(--aidis.port.registry.engine=etcd "--aidis.port.registry.etcd.endpoints=$address")
      ;;
    zookeeper)
      address_like "^$server(,$server)*(/[^,[:space:]]*)?\$" "${2:-}" localhost:2181
      options=(--aidis.port.registry.engine=spring-cloud "--spring.cloud.zookeeper.connect-string=$address")
      ;;
    eureka)
      address_like "^$url(,$url)*\$" "${2:-}" http://localhost:8761/eureka/
      options=(--aidis.port.registry.engine=spring-cloud "--eureka.client.service-url.defaultZone=$address")
      ;;
    *)
      warn "There is no registry '$(printable "$registry")'."
      usage >&2
      exit 2
      ;;
  esac
}

# Sets address. What is none would only be found out after the build, and be told by the registry's client in words of its own.
address_like() { # REGEX ADDRESS DEFAULT
  address=${2:-$3}
  matches "$address" "$1" ||
    die 2 "the address of $registry is '$(printable "$address")'; it should be like $3, or several with commas between them"
}

# Without what is for those who change the code: tests, their coverage, the format.
build() {
  local maven=${MAVEN:-mvn}
  need "$maven" 'build the samples'
  echo "Building the samples with what $registry needs, this takes a while the first time"
  "$maven" -q -ntp -DskipTests -Dmaven.test.skip -Djacoco.skip -Dspring-javaformat.skip -P"$registry" \
    -pl "aidis-port-starter,${modules[0]},${modules[1]}" package </dev/null || die 1 'the build failed'
}

launch() { # INDEX
  local module=${modules[$1]} jar java_opts=()
  jar=$(newest_jar "$module/target/$registry/$module-") || die 1 "the build made no $module/target/$registry/$module-*.jar"
  # The options are words, as everywhere; read -d '' takes line breaks too, and its status only says that no NUL came.
  read -r -d '' -a java_opts <<<"${JAVA_OPTS:-}" || true
  # What is set for other services of this terminal is not meant for these: both would take one port, or one name.
  env -u PORT -u SERVER_PORT -u MANAGEMENT_SERVER_PORT -u SPRING_APPLICATION_NAME -u AIDIS_PORT_SERVICE_NAME -u SPRING_PROFILES_ACTIVE \
    AIDIS_MCP_PORT=0 AIDIS_COMMAND_DEV_PORT=0 "$java" ${java_opts[@]+"${java_opts[@]}"} -jar "$jar" "${options[@]}" \
    </dev/null >"$(log_of "$1")" 2>&1 &
  pids+=($!)
  echo "Starting ${services[$1]} (pid $!)"
}

log_of() { # INDEX
  printf '%s/%s.log\n' "$logs" "${services[$1]}"
}

# Waits until a sample has started, and tells where it is.
wait_until_started() { # INDEX
  local log begin=$SECONDS said=no
  log=$(log_of "$1")
  until grep -q 'Started .*Application in' "$log"; do
    all_alive 'did not start'
    if [ "$said" = no ] && [ $((SECONDS - begin)) -ge 10 ]; then
      echo "Still waiting for ${services[$1]} to start, its log is $log"
      said=yes
    fi
    sleep 0.2
  done
  grep -o "Service '[^']*' is at .*" "$log" || echo "${services[$1]} has started"
}

# Tells once why others cannot find a sample. Eureka's client finds out about that later than others, and says it in its own way.
tell_problem() { # INDEX
  local problem eureka='Request execution failed with message: '
  if [ "${told[$1]}" = no ] && problem=$(grep -o -e "Service '[^']*' runs, but others cannot find it for now.*" \
    -e "$eureka.*" "$(log_of "$1")"); then
    told[$1]=yes
    problem=${problem%%$'\n'*}
    if [[ $problem == "$eureka"* ]]; then
      problem="Service '${services[$1]}' runs, but Eureka does not answer; it is tried again. ${problem#"$eureka"}"
    fi
    warn "$problem"
  fi
}

# Ends it all when a sample has ended.
all_alive() { # WHAT-IT-DID
  local i
  for i in 0 1; do
    if ! process_alive "${pids[i]}"; then
      warn "The end of $(log_of "$i"):"
      tail -n 30 "$(log_of "$i")" | sed 's/^/  | /' >&2
      die 1 "${services[i]} $1"
    fi
  done
}

# The logs stay where something went wrong.
stop() {
  local code=$? pid
  trap '' INT TERM
  kill -TERM ${pids[@]+"${pids[@]}"} 2>/dev/null || true
  for pid in ${pids[@]+"${pids[@]}"}; do
    if ! ended_within "$stop_timeout" "$pid"; then
      warn "A sample did not end within $stop_timeout s, killed (pid $pid)"
      kill -KILL "$pid" 2>/dev/null || true
    fi
  done
  wait
  if [ "$code" -eq 0 ]; then
    rm -rf -- "$logs"
  else
    rmdir -- "$logs" 2>/dev/null || true
  fi
}

main "$@"
