#!/usr/bin/env bats
# shellcheck disable=SC2154 # the helper sets variables
# What port-discovery.sh tells about a registry.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { make_checkout; }

@test "a healthy service is listed with port, pid, health and URL" {
  write_registry "aidis-mcp=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\""
  discover
  exits_with 0
  contains "$output" "Registry: $registry"
  [[ $(row aidis-mcp) =~ ^aidis-mcp\ +$server_port\ +$server_pid\ +OK\ 200\ +http://localhost:$server_port$ ]] || fail_with "$output"
}

@test "a health URL of its own is asked instead of the port" {
  write_registry "a=\"port\": 1, \"pid\": $server_pid, \"healthEndpoint\": \"http://127.0.0.1:$server_port/healthz\""
  discover
  contains "$(row a)" 'OK 200'
}

@test "a service that answers with an error, a redirect, too late or not at all is down" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/down\"" \
    "b=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/redirect\"" \
    "c=\"port\": 1, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\"" \
    "d=\"port\": 1, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\", \"status\": \"STARTING\"" \
    "e=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/slow\""
  discover
  exits_with 0
  contains "$(row a)" 'DOWN 503'
  contains "$(row b)" 'DOWN 302'
  contains "$(row c)" 'DOWN no answer'
  contains "$(row d)" 'DOWN still starting'
  contains "$(row e)" 'DOWN no answer'
}

@test "a service without health endpoint is asked whether its port is open" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid" "b=\"port\": 1, \"pid\": $server_pid"
  discover
  contains "$(row a)" 'OK port open'
  contains "$(row b)" 'DOWN no connection'
}

@test "an entry whose process is gone is stale, even when something answers on its port" {
  write_registry "a=\"port\": $server_port, \"pid\": $NO_SUCH_PID, \"healthEndpoint\": \"/healthz\""
  discover
  exits_with 0
  contains "$(row a)" 'STALE'
  lacks "$(row a)" 'http://'
}

@test "an entry whose pid belongs to another process by now is stale" {
  [ -r "/proc/$server_pid/stat" ] || skip 'needs /proc'
  local ticks
  ticks=$(sed 's/.*) //' "/proc/$server_pid/stat" | cut -d ' ' -f 20)
  write_registry "same=\"port\": $server_port, \"pid\": $server_pid, \"startTicks\": \"$ticks\"" \
    "other=\"port\": $server_port, \"pid\": $server_pid, \"startTicks\": \"1\""
  discover
  contains "$(row same)" 'OK'
  contains "$(row other)" 'STALE'
}

@test "a zombie is stale" {
  # The shell starts a child and turns into a program that never collects it.
  # shellcheck disable=SC2016 # expanded by the inner shell
  bash -c 'sleep 300 & echo $! >child; exec sleep 300' 3>&- &
  local parent=$! child state=''
  until [ -s child ] && [ "$(ps -o comm= -p "$parent")" = sleep ]; do :; done
  child=$(cat child)
  kill -KILL "$child"
  until [[ $state == Z* ]]; do state=$(ps -o stat= -p "$child"); done
  write_registry "a=\"port\": $server_port, \"pid\": $child"
  discover
  kill "$parent"
  contains "$(row a)" 'STALE'
}

@test "a process of another user is alive" {
  [ "$(id -u)" -ne 0 ] || skip 'root may send signals to everybody'
  write_registry "a=\"port\": $server_port, \"pid\": 1, \"healthEndpoint\": \"/healthz\""
  discover
  contains "$(row a)" 'OK 200'
}

@test "a service on another machine is not asked" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"host\": \"192.0.2.1\", \"healthEndpoint\": \"/healthz\""
  discover
  contains "$(row a)" 'UNKNOWN not on loopback'
  contains "$(row a)" "http://192.0.2.1:$server_port"
}

@test "without a registry the listing says how to start" {
  discover
  exits_with 0
  contains "$output" 'does not exist yet'
  contains "$output" './start-aidis.sh'
}

@test "an empty registry has nothing registered" {
  echo '{}' >"$registry"
  discover
  exits_with 0
  contains "$output" 'Nothing is registered'
}

@test "the listing explains the port variables and shows their values" {
  AIDIS_MCP_PORT=8123 AIDIS_ORDERS_PORT=$'1\e[31m' discover
  contains "$output" 'AIDIS_MCP_PORT           8123'
  contains "$output" 'AIDIS_COMMAND_DEV_PORT   (not set)'
  contains "$output" 'AIDIS_ORDERS_PORT        1?[31m'
  [ "$(grep -c AIDIS_MCP_PORT <<<"${output%%With none*}")" -eq 2 ] # its own line, and what AIDIS_HEALTH_PORT is for
}

@test "get prints port, URL or health of a live service" {
  write_registry "aidis-mcp=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\""
  discover get aidis-mcp --port
  exits_with 0
  [ "$output" = "$server_port" ]
  discover get --url aidis-mcp
  exits_with 0
  [ "$output" = "http://localhost:$server_port" ]
  discover get aidis-mcp --health
  exits_with 0
  [ "$output" = 'OK 200' ]
  discover get aidis-mcp
  exits_with 0
  contains "$(row aidis-mcp)" 'OK 200'
}

@test "an IPv6 address stands in brackets in a URL" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"host\": \"::1\""
  discover get a --url
  [ "$output" = "http://[::1]:$server_port" ]
}

@test "get exits with 3 when health was asked for and is not OK" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/down\""
  discover get a --health
  exits_with 3
  [ "$output" = 'DOWN 503' ]
  discover get a
  exits_with 3
  discover get a --port
  exits_with 0
}

@test "get exits with 1 for a service that is not there or whose process is gone" {
  write_registry "gone=\"port\": $server_port, \"pid\": $NO_SUCH_PID"
  discover get nobody --port
  exits_with 1
  contains "$output" "no live service 'nobody' in $registry; registered: gone"
  discover get gone --port
  exits_with 1
  contains "$output" 'process is gone'
}

@test "get finds the instance that lives" {
  write_registry "a=\"port\": 1, \"pid\": $NO_SUCH_PID" "b#2=\"port\": 2, \"pid\": $server_pid" "a#b=\"port\": 2, \"pid\": $server_pid" \
    "a#2=\"port\": $server_port, \"pid\": $server_pid"
  discover get a --port
  exits_with 0
  [ "$output" = "$server_port" ]
  discover get 'a#2' --port
  [ "$output" = "$server_port" ]
}

@test "get takes a name literally" {
  write_registry "abc=\"port\": 1, \"pid\": $server_pid"
  for name in 'a*' 'ab.' '???' '.*'; do
    discover get "$name" --port
    exits_with 1
  done
}

@test "wait prints what get prints, as soon as the service is there and healthy" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/down\""
  scripts/port-discovery.sh wait a --timeout 60 --url >url 2>&1 3>&- &
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\""
  wait $!
  [ "$(cat url)" = "http://localhost:$server_port" ]
  discover wait a --timeout=0
  exits_with 0
  contains "$(row a)" 'OK 200'
}

@test "wait tells what it waited for in vain" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/down\""
  discover wait a --timeout 0 --port
  exits_with 3
  contains "$output" "'a' is not there after 0 s: DOWN 503"
  discover wait nobody --timeout 1
  exits_with 1
  contains "$output" "'nobody' is not there after 1 s: no live service 'nobody' in $registry; registered: a"
}

@test "wrong usage exits with 2 and shows the usage" {
  local arguments
  for arguments in bogus 'get' '--bogus' 'get a b' 'get a --port --url' '--port' '--registry' 'list a' \
    'wait' 'wait a --timeout' 'wait a --timeout soon' 'get a --timeout 1'; do
    # shellcheck disable=SC2086 # several arguments
    run scripts/port-discovery.sh $arguments
    exits_with 2
    contains "$output" 'Usage:'
  done
}

@test "--help explains the exit codes" {
  run scripts/port-discovery.sh --help
  exits_with 0
  contains "$output" 'Exit codes'
}

@test "the registry is found by option, by variable, in the run folder, beside .git, in the home folder" {
  run scripts/port-discovery.sh
  contains "$output" "Registry: $checkout/run/port-registry.json"

  AIDIS_RUN_DIR=$BATS_TEST_TMPDIR/other run scripts/port-discovery.sh
  contains "$output" "Registry: $BATS_TEST_TMPDIR/other/port-registry.json"

  AIDIS_RUN_DIR=/nowhere AIDIS_PORT_REGISTRY=some/file.json run scripts/port-discovery.sh
  contains "$output" "Registry: $checkout/some/file.json"

  AIDIS_PORT_REGISTRY=/nowhere run scripts/port-discovery.sh --registry here.json
  contains "$output" "Registry: here.json"

  cd /
  run "$checkout/scripts/port-discovery.sh"
  contains "$output" "Registry: $checkout/run/port-registry.json"

  # A worktree has a file of that name.
  rmdir "$checkout/.git"
  touch "$checkout/.git"
  run "$checkout/scripts/port-discovery.sh"
  contains "$output" "Registry: $checkout/run/port-registry.json"

  rm "$checkout/.git"
  run "$checkout/scripts/port-discovery.sh"
  contains "$output" "Registry: $HOME/.aidis/run/port-registry.json"

  mkdir "$(dirname "$checkout")/.git"
  run "$checkout/scripts/port-discovery.sh"
  contains "$output" "Registry: $(dirname "$checkout")/run/port-registry.json"
}

@test "there is no colour where nobody looks" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid"
  discover
  lacks "$output" $'\e'
}
