#!/usr/bin/env bash
# Runs both samples on another registry than the file, in the foreground.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'END'
Usage: scripts/run-samples.sh etcd|zookeeper|eureka [ADDRESS]

Builds the two samples with the library that the registry needs, which changes nothing else in them, starts both on ports that the
operating system chooses, prints their URLs, and ends them with Ctrl-C. ADDRESS is where the registry is:

  etcd       http://localhost:2379, the default, or several with commas between them
  zookeeper  localhost:2181
  eureka     http://localhost:8761/eureka/

  MAVEN      the Maven command to build with (mvn)

Exit codes: 0 ended by Ctrl-C; 1 a sample did not start or has ended by itself; 2 wrong usage.
END
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
  etcd)
    options=(--aidis.port.registry.engine=etcd "--aidis.port.registry.etcd.endpoints=${2:-http://localhost:2379}") ;;
  zookeeper)
    options=(--aidis.port.registry.engine=spring-cloud "--spring.cloud.zookeeper.connect-string=${2:-localhost:2181}") ;;
  eureka)
    options=(--aidis.port.registry.engine=spring-cloud
      "--eureka.client.service-url.defaultZone=${2:-http://localhost:8761/eureka/}") ;;
  *) usage >&2 && exit 2 ;;
esac
[ $# -le 2 ] || { usage >&2 && exit 2; }
registry=$1

modules=(aidis-port-sample-mcp aidis-port-sample-command)
"${MAVEN:-mvn}" -q -ntp -DskipTests -P"$registry" -pl aidis-port-starter,aidis-port-sample-mcp,aidis-port-sample-command package

logs=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # called by the trap
finish() {
  trap '' INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf -- "$logs"
}
trap finish EXIT
trap 'exit 0' INT TERM

for module in "${modules[@]}"; do
  jar=("$module/target/$registry/$module"-*.jar)
  AIDIS_MCP_PORT=0 AIDIS_COMMAND_DEV_PORT=0 java -jar "${jar[0]}" "${options[@]}" >"$logs/$module.log" 2>&1 &
  pids+=($!)
done

for i in 0 1; do
  until grep -q 'Started .*Application in' "$logs/${modules[i]}.log"; do
    if ! kill -0 "${pids[i]}" 2>/dev/null; then
      echo "${modules[i]} did not start:" >&2
      tail -n 30 "$logs/${modules[i]}.log" >&2
      exit 1
    fi
    sleep 0.2
  done
  grep -o "Service '.*" "$logs/${modules[i]}.log" | head -n 1
done
echo "Logs are in $logs. Ctrl-C ends both."
while kill -0 "${pids[0]}" 2>/dev/null && kill -0 "${pids[1]}" 2>/dev/null; do
  sleep 1
done
echo "One of the samples has ended by itself:" >&2
tail -n 10 "$logs"/*.log >&2
exit 1
