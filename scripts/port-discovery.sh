#!/usr/bin/env bash
# Shows the services of this checkout: their real ports, and whether they answer.
set -euo pipefail
here=${BASH_SOURCE[0]%/*}
[ "$here" != "${BASH_SOURCE[0]}" ] || here=.
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/port-discovery.sh [--registry FILE] [list] [--json]
       scripts/port-discovery.sh [--registry FILE] get SERVICE [--port | --url | --health | --json]
       scripts/port-discovery.sh [--registry FILE] wait SERVICE [--timeout SECONDS] [--port | --url | --health | --json]
       scripts/port-discovery.sh [--registry FILE] check [SERVICE...]
       scripts/port-discovery.sh [--registry FILE] env
       scripts/port-discovery.sh [--registry FILE] doctor

  list       every service in the registry with its port, process, health and URL (the default)
    --json     as JSON, one line
  get        one live service, as in the list
    --port     only its port
    --url      only its URL
    --health   only its health
    --json     as JSON, one line
  wait       the same once the service is there and its health is OK
    --timeout  how long to wait at most, 60 seconds if not given
  check      nothing if every service in the registry is healthy, else those that are not; of these services only, if some are named
  env        where the live services are, for a shell: eval "$(scripts/port-discovery.sh env)" sets AIDIS_MCP_URL and
             AIDIS_MCP_PORT_LIVE for aidis-mcp, AIDIS_ORDERS_URL and AIDIS_ORDERS_PORT_LIVE for orders, and so on.
             (AIDIS_MCP_PORT itself is a setting, which says where the service is to start next time.)
  doctor     what is wrong with the registry and its surroundings, and the way out

  --registry FILE   read this registry instead of the one of this checkout
  --help            show this text

Exit codes: 0 found, listed, healthy, nothing wrong; 1 not found (by wait: in time), or the registry cannot be read;
            2 wrong usage; 3 found, and its health was asked for and is not OK (get, get --health, get --json, wait, check),
            or something is wrong (doctor).

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
  local registry=$1 records record states state
  printf 'Registry: %s\n\n' "$registry"
  records=$(registry_records "$registry") || exit 1
  if [ ! -e "$registry" ]; then
    printf 'It does not exist yet, so nothing was started here. Start the samples with ./start-aidis.sh\n'
  elif [ -z "$records" ]; then
    printf 'Nothing is registered. Start the samples with ./start-aidis.sh\n'
  else
    states=$(entry_states <<<"$records") || exit 1
    print_header
    while IFS= read -r record && IFS= read -r state <&3; do
      print_row "$record" "$state"
    done <<<"$records" 3<<<"$states"
  fi
  explain_environment
  hints
}

list_json() { # REGISTRY
  local registry=$1 records record states='' state separator=''
  records=$(registry_records "$registry") || exit 1
  [ -z "$records" ] || states=$(entry_states <<<"$records") || exit 1
  printf '{"registry":%s,"services":[' "$(json_string "$registry")"
  if [ -n "$records" ]; then
    while IFS= read -r record && IFS= read -r state <&3; do
      printf '%s%s' "$separator" "$(record_json "$record" "$state")"
      separator=,
    done <<<"$records" 3<<<"$states"
  fi
  printf ']}\n'
}

# What others have written is printed in JSON as it is in a record, that is without anything a terminal obeys.
record_json() { # RECORD STATE
  local name port pid status scheme host health startedAt instance url='' healthUrl='' state=$2
  IFS=$'\037' read -r name port pid _ status scheme host health startedAt instance <<<"$1"
  case $state in
    INVALID*) ;;
    *)
      url=$(entry_url "$scheme" "$host" "$port") || url=''
      healthUrl=$(health_url "$scheme" "$host" "$port" "$health") || healthUrl=''
      ;;
  esac
  is_port "$port" || port=null
  is_pid "$pid" || pid=null
  printf '{"name":%s,"service":%s,"port":%s,"pid":%s,"url":%s,"healthUrl":%s,"state":%s,"detail":%s,"status":%s,"startedAt":%s,"instanceId":%s}' \
    "$(json_string "$name")" "$(json_string "$(service_of "$name")")" "$port" "$pid" "$(json_string "$url")" "$(json_string "$healthUrl")" \
    "$(json_string "${state%% *}")" "$(json_string "${state#* }")" "$(json_string "$status")" "$(json_string "$startedAt")" "$(json_string "$instance")"
}

# Prints a JSON string, or null for an empty text.
json_string() { # TEXT
  local text=${1//[[:cntrl:]]/?}
  if [ -z "$text" ]; then
    printf 'null\n'
  else
    text=${text//\\/\\\\}
    printf '"%s"\n' "${text//\"/\\\"}"
  fi
}

# "name#2" is the second instance of "name".
service_of() { # KEY
  if matches "$1" '^(.+)#[0-9]+$'; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  else
    printf '%s\n' "$1"
  fi
}

check() { # REGISTRY [SERVICE...]
  local registry=$1 records record states state name service found code=0
  shift
  [ -e "$registry" ] || [ $# -gt 0 ] || die 1 "there is no registry $registry"
  records=$(registry_records "$registry") || exit 1
  if [ -n "$records" ] && [ $# -gt 0 ]; then
    records=$(while IFS= read -r record; do
      name=$(service_of "${record%%$'\037'*}")
      for service; do
        [ "$service" != "$name" ] || printf '%s\n' "$record"
      done
    done <<<"$records")
  fi
  if [ -n "$records" ]; then
    states=$(entry_states <<<"$records") || exit 1
    while IFS= read -r record && IFS= read -r state <&3; do
      if [[ $state != OK* ]]; then
        [ "$code" -eq 3 ] || print_header
        print_row "$record" "$state"
        code=3
      fi
    done <<<"$records" 3<<<"$states"
  fi
  for service; do
    found=no
    while IFS= read -r record; do
      [ "$service" != "$(service_of "${record%%$'\037'*}")" ] || found=yes
    done <<<"$records"
    if [ "$found" = no ]; then
      warn "${0##*/}: no service '$(printable "$service")' in $registry"
      code=1
    fi
  done
  return "$code"
}

print_env() { # REGISTRY
  local registry=$1 records record name port pid ticks scheme host url variable seen=' '
  records=$(registry_records "$registry") || exit 1
  [ -n "$records" ] || return 0
  while IFS= read -r record; do
    IFS=$'\037' read -r name port pid ticks _ scheme host _ <<<"$record"
    # Replicas are left out: a variable holds one value, and the plain key is always there while one lives.
    if ! matches "$name" '^[a-z0-9][a-z0-9._-]{0,63}$' || ! process_alive "$pid" "$ticks" || ! url=$(entry_url "$scheme" "$host" "$port"); then
      continue
    fi
    variable=AIDIS_$(LC_ALL=C tr 'a-z.-' 'A-Z__' <<<"${name#aidis-}")
    if [[ $seen == *" $variable "* ]]; then
      warn "${0##*/}: '$name' is left out: another service has the variable ${variable}_URL"
      continue
    fi
    seen="$seen$variable "
    # Nothing in them needs quoting, see entry_url.
    printf "export %s_URL='%s'\nexport %s_PORT_LIVE='%s'\n" "$variable" "$url" "$variable" "$port"
  done <<<"$records"
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
    elif [ "$what" = json ]; then
      record_json "$record" "$state"
      printf '\n'
    else
      print_header
      print_row "$record" "$state"
    fi
    [[ $state == OK* ]] || exit 3
    return
  done <<<"$records"
  die 1 "no live service '$(printable "$service")' in $registry$gone; registered: $(registered_names "$records")"
}

registered_names() { # RECORDS
  local record names='' separator=''
  while IFS= read -r record; do
    [ -n "$record" ] || continue
    names+=$separator$(printable "${record%%$'\037'*}")
    separator=', '
  done <<<"$1"
  printf '%s' "${names:-none}"
}

wait_for() { # REGISTRY SERVICE WHAT SECONDS
  local registry=$1 service=$2 what=$3 limit=$4 deadline=$((SECONDS + $4)) state code
  until (get "$registry" "$service" health) >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      code=0
      state=$( (get "$registry" "$service" health) 2>&1) || code=$?
      [ "$code" -eq 0 ] || die "$code" "'$(printable "$service")' is not there after $limit s: ${state#"${0##*/}: "}"
      break
    fi
    sleep 0.2
  done
  get "$registry" "$service" "$what"
}

main() {
  local command='' service='' what='' registry='' timeout='' services=()
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
      --port | --url | --health | --json)
        [ -z "$what" ] || wrong_usage "--$what and $1 exclude each other"
        what=${1#--}
        ;;
      -*) wrong_usage "unknown option '$(printable "$1")'" ;;
      *)
        if [ -z "$command" ]; then
          command=$1
        elif [ "$command" = check ] && [ -n "$1" ]; then
          services+=("$1")
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
  if [ -z "$registry" ]; then
    find_registry
    registry=$REGISTRY
  fi
  case ${command:-list}:$what in
    get:port | get:url | env:* | doctor:*) ;;
    *) need curl 'check health' ;;
  esac
  case ${command:-list} in
    list)
      case $what in
        '') list "$registry" ;;
        json) list_json "$registry" ;;
        *) wrong_usage "--$what goes with 'get SERVICE' or 'wait SERVICE'" ;;
      esac
      ;;
    check)
      [ -z "$what" ] || wrong_usage "--$what goes with 'get SERVICE' or 'wait SERVICE'"
      check "$registry" ${services[@]+"${services[@]}"}
      ;;
    env | doctor)
      [ -z "$what" ] || wrong_usage "--$what goes with 'get SERVICE' or 'wait SERVICE'"
      if [ "$command" = env ]; then
        print_env "$registry"
      else
        # shellcheck source=scripts/doctor.sh
        . "$here/doctor.sh"
        doctor "$registry"
      fi
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
