#!/usr/bin/env bash
# Shows the services of this checkout: their real ports, and whether they answer.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/port-discovery.sh [--registry FILE] [list]
       scripts/port-discovery.sh [--registry FILE] get SERVICE [--port | --url | --health]
       scripts/port-discovery.sh [--registry FILE] wait SERVICE [--timeout SECONDS] [--port | --url | --health]

  list       every service in the registry with its port, process, health and URL (the default)
  get        one live service, as in the list
    --port     only its port
    --url      only its URL
    --health   only its health
  wait       the same once the service is there and its health is OK
    --timeout  how long to wait at most, 60 seconds if not given

  --registry FILE   read this registry instead of the one of this checkout
  --help            show this text

Exit codes: 0 found, or listed; 1 not found (by wait: in time), or the registry cannot be read; 2 wrong usage;
            3 found, and its health was asked for and is not OK (get, get --health, wait).

Health: OK      it answered 200, or accepts connections where it names no health endpoint
        DOWN    its process is there and does not answer with 200
        STALE   its process is gone; the next service that registers removes the entry
        INVALID the entry holds a port, pid or health endpoint that is none
        UNKNOWN it is not bound to loopback and was not asked

The registry is $AIDIS_PORT_REGISTRY, or $AIDIS_RUN_DIR/port-registry.json, or run/port-registry.json beside .git,
or ~/.aidis/run/port-registry.json: the first that applies.
END
}

wrong_usage() {
  warn "${0##*/}: $*"
  usage >&2
  exit 2
}

print_row() { # RECORD STATE
  local name port pid scheme host url=- state=$2
  IFS=$'\037' read -r name port pid _ _ scheme host _ <<<"$1"
  case $state in
    OK* | DOWN* | UNKNOWN*) url=$(entry_url "$scheme" "$host" "$port") || url=- ;;
  esac
  is_port "$port" || port=-
  is_pid "$pid" || pid=-
  # Padded before it is coloured: colour codes would count as width.
  printf '%-24s %-6s %-8s %s %s\n' "$name" "$port" "$pid" "$(coloured_state "$(printf '%-24s' "$state")")" "$url"
}

print_header() {
  printf '%-24s %-6s %-8s %-24s %s\n' SERVICE PORT PID HEALTH URL
}

list() { # REGISTRY
  local registry=$1 records record
  printf 'Registry: %s\n\n' "$registry"
  records=$(registry_records "$registry") || exit 1
  if [ ! -e "$registry" ]; then
    printf 'It does not exist yet, so nothing was started here. Start the samples with ./start-aidis.sh\n'
  elif [ -z "$records" ]; then
    printf 'Nothing is registered. Start the samples with ./start-aidis.sh\n'
  else
    print_header
    while IFS= read -r record; do
      print_row "$record" "$(entry_state "$record")"
    done <<<"$records"
  fi
  explain_environment
  hints
}

explain_environment() {
  local name known=' AIDIS_MCP_PORT AIDIS_MCP_BRIDGE_PORT AIDIS_COMMAND_DEV_PORT AIDIS_COMMAND_PROD_PORT '
  printf '\nEnvironment variables (0: the operating system chooses a port; N: port N; A-B: one of them)\n'
  explain AIDIS_MCP_PORT 'aidis-mcp; not set: AIDIS_HEALTH_PORT, then 8080'
  explain AIDIS_MCP_BRIDGE_PORT 'aidis-mcp-bridge; not set: PORT, then 8081'
  explain AIDIS_COMMAND_DEV_PORT 'aidis-command-dev; not set: PORT, then 5000'
  explain AIDIS_COMMAND_PROD_PORT 'aidis-command-prod; not set: PORT, then 5001'
  for name in $(compgen -e AIDIS_ | sort); do
    if [[ $name == AIDIS_*_PORT && $name != AIDIS_HEALTH_PORT && $known != *" $name "* ]]; then
      explain "$name" 'one of your services'
    fi
  done
  explain AIDIS_HEALTH_PORT 'older name, used where AIDIS_MCP_PORT is not set'
  explain PORT 'generic, used where the variable of any other service is not set'
  printf 'With none of them set ./start-aidis.sh uses 0 for its services, so that nothing collides.\n'
}

explain() { # VARIABLE MEANING
  local value='(not set)'
  [ -z "${!1+set}" ] || value=$(printable "${!1}")
  printf '  %-24s %-12s %s\n' "$1" "$value" "$2"
}

hints() {
  cat <<'END'

What next
  scripts/port-discovery.sh get aidis-mcp --url        the URL of one service, for scripts
  curl "$(scripts/port-discovery.sh get aidis-mcp --url)/healthz"
  AIDIS_MCP_PORT=0 ./start-aidis.sh                    start with a port the operating system chooses
  AIDIS_MCP_PORT=8080 ./start-aidis.sh                 start with a fixed port
  ./stop-aidis.sh                                      stop what ./start-aidis.sh started
END
}

get() { # REGISTRY SERVICE WHAT
  local registry=$1 service=$2 what=$3 records record name port pid ticks scheme host state gone=''
  records=$(registry_records "$registry") || exit 1
  while IFS= read -r record; do
    IFS=$'\037' read -r name port pid ticks _ scheme host _ <<<"$record"
    # "name#2" is the second instance of "name".
    if [ "$name" != "$service" ] && ! { [ "${name%#*}" = "$service" ] && matches "$name" '#[0-9]+$'; }; then
      continue
    fi
    if ! process_alive "$pid" "$ticks" || ! entry_url "$scheme" "$host" "$port" >/dev/null; then
      gone=", only an entry whose process is gone or whose values are not valid"
      continue
    fi
    case $what in
      port) printf '%s\n' "$port" && return ;;
      url) entry_url "$scheme" "$host" "$port" && return ;;
    esac
    state=$(entry_state "$record")
    if [ "$what" = health ]; then
      printf '%s\n' "$state"
    else
      print_header
      print_row "$record" "$state"
    fi
    [[ $state == OK* ]] || exit 3
    return
  done <<<"$records"
  die 1 "no live service '$(printable "$service")' in $registry$gone"
}

wait_for() { # REGISTRY SERVICE WHAT SECONDS
  local registry=$1 service=$2 what=$3 limit=$4 deadline=$((SECONDS + $4)) state code
  until (get "$registry" "$service" health) >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      code=0
      state=$( (get "$registry" "$service" health) 2>&1) || code=$?
      [ "$code" -eq 0 ] || die "$code" "'$(printable "$service")' is not there after $limit s: $state"
      break
    fi
    sleep 0.2
  done
  get "$registry" "$service" "$what"
}

main() {
  local command='' service='' what='' registry='' timeout=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && return ;;
      --registry)
        [ -n "${2:-}" ] || wrong_usage '--registry needs a file'
        registry=$2 && shift
        ;;
      --registry=?*) registry=${1#*=} ;;
      --timeout)
        [ -n "${2:-}" ] || wrong_usage '--timeout needs a number of seconds'
        timeout=$2 && shift
        ;;
      --timeout=?*) timeout=${1#*=} ;;
      --port | --url | --health)
        [ -z "$what" ] || wrong_usage "--$what and $1 exclude each other"
        what=${1#--}
        ;;
      -*) wrong_usage "unknown option '$(printable "$1")'" ;;
      *)
        if [ -z "$command" ]; then
          command=$1
        elif matches "$command" '^(get|wait)$' && [ -z "$service" ] && [ -n "$1" ]; then
          service=$1
        else
          wrong_usage "unexpected argument '$(printable "$1")'"
        fi
        ;;
    esac
    shift
  done

  [ -z "$timeout" ] || [ "${command:-}" = wait ] || wrong_usage "--timeout goes with 'wait SERVICE'"
  matches "${timeout:=60}" '^[0-9]{1,5}$' || wrong_usage "--timeout is '$(printable "$timeout")'; it should be a number of seconds"

  load_environment
  [ -n "$registry" ] || registry=$(registry_file)
  need curl 'check health'
  case ${command:-list} in
    list)
      [ -z "$what" ] || wrong_usage "--$what goes with 'get SERVICE' or 'wait SERVICE'"
      list "$registry"
      ;;
    get)
      [ -n "$service" ] || wrong_usage "'get' needs the name of a service"
      get "$registry" "$service" "$what"
      ;;
    wait)
      [ -n "$service" ] || wrong_usage "'wait' needs the name of a service"
      wait_for "$registry" "$service" "$what" "$((10#$timeout))"
      ;;
    *) wrong_usage "unknown command '$(printable "$command")'" ;;
  esac
}

main "$@"
