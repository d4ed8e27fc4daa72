#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2031 # the helper sets variables
# What port-discovery.sh answers other programs, and what its doctor finds.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
  make_checkout
  chmod 700 run
}

healthy() { # NAME
  printf '%s="port": %s, "pid": %s, "healthEndpoint": "/healthz", "instanceId": "1f0c", "startedAt": "2026-11-23T08:57:12.081Z"' \
    "$1" "$server_port" "$server_pid"
}

down() { # NAME
  printf '%s="port": %s, "pid": %s, "healthEndpoint": "/down", "instanceId": "2f0c"' "$1" "$server_port" "$server_pid"
}

field() { # FIELD of the JSON in $output
  jq -r "$1" <<<"$output"
}

# --- JSON -------------------------------------------------------------------------------------------------------------

@test "list --json has what the list has" {
  write_registry "$(healthy aidis-mcp)" "$(down 'aidis-mcp#2')" "gone=\"port\": 1, \"pid\": $NO_SUCH_PID" 'bad="port": 0, "pid": 1'
  discover list --json
  exits_with 0
  [ "$(field .registry)" = "$registry" ]
  [ "$(field '.services | map(.name) | join(" ")')" = 'aidis-mcp aidis-mcp#2 gone bad' ]
  [ "$(field '.services | map(.service) | join(" ")')" = 'aidis-mcp aidis-mcp gone bad' ]
  [ "$(field '.services | map(.state) | join(" ")')" = 'OK DOWN STALE INVALID' ]
  [ "$(field '.services[0] | .port, .pid')" = "$server_port"$'\n'"$server_pid" ]
  [ "$(field '.services[0].url')" = "http://localhost:$server_port" ]
  [ "$(field '.services[0].healthUrl')" = "http://localhost:$server_port/healthz" ]
  [ "$(field '.services[0] | .detail, .startedAt, .instanceId')" = $'200\n2026-11-23T08:57:12.081Z\n1f0c' ]
  [ "$(field '.services[3] | .port, .url')" = $'null\nnull' ]
}

@test "list --json of nothing has no services" {
  discover --json
  exits_with 0
  [ "$(field '.services | length')" = 0 ]
  echo '{}' >"$registry"
  discover list --json
  [ "$(field '.services | length')" = 0 ]
}

@test "list --json of a broken registry is an error and no JSON" {
  echo '[' >"$registry"
  discover list --json
  exits_with 1
  contains "$output" 'is broken'
}

@test "what others have written cannot break out of the JSON, nor reach a terminal" {
  printf '{"a\\"},{\\"port\\":1": {"port": 1, "pid": %s, "status": "\\\\", "instanceId": "\\u001b[31m\\"", "startedAt": "<img src=x onerror=alert(1)>"},' \
    "$NO_SUCH_PID" >"$registry"
  printf '"\\u001b]0;owned\\u0007": {}}' >>"$registry"
  discover list --json
  exits_with 0
  [ "$(field '.services | length')" = 2 ]
  [ "$(field '.services[0].name')" = 'a"},{"port":1' ]
  [ "$(field '.services[0].status')" = "\\" ]
  [ "$(field '.services[0].instanceId')" = $'\357\277\275[31m"' ]
  [ -z "$(LC_ALL=C tr -d '\n -~' <<<"${output//$'\357\277\275'/}")" ] || fail_with "$output"
}

@test "get --json is one service, and exits with 3 when it is not healthy" {
  write_registry "$(healthy a)" "$(down b)"
  discover get a --json
  exits_with 0
  [ "$(field .name)" = a ]
  discover get b --json
  exits_with 3
  [ "$(field '.state + " " + .detail')" = 'DOWN 503' ]
  discover get nobody --json
  exits_with 1
}

# --- check ------------------------------------------------------------------------------------------------------------

@test "check says nothing while all is well" {
  write_registry "$(healthy a)" "$(healthy b)"
  discover check
  exits_with 0
  [ -z "$output" ]
  discover check b a
  exits_with 0
  [ -z "$output" ]
}

@test "check names what is not healthy and exits with 3" {
  write_registry "$(healthy a)" "$(down b)" "$(healthy c)" "d=\"port\": 1, \"pid\": $NO_SUCH_PID"
  discover check
  exits_with 3
  contains "$(row b)" 'DOWN 503'
  contains "$(row d)" 'STALE'
  [ -z "$(row a)" ]
  [ -z "$(row c)" ]
  discover check a c
  exits_with 0
  discover check a b
  exits_with 3
  [ -z "$(row d)" ]
}

@test "check looks at every replica of a service" {
  write_registry "$(healthy a)" "$(down 'a#2')"
  discover check a
  exits_with 3
  contains "$(row 'a#2')" 'DOWN 503'
}

@test "check exits with 1 for a service that is not there, and for a registry that is not" {
  write_registry "$(healthy a)"
  discover check a nobody
  exits_with 1
  contains "$output" "no service 'nobody'"
  rm "$registry"
  discover check
  exits_with 1
  discover check a
  exits_with 1
  echo '[' >"$registry"
  discover check
  exits_with 1
}

@test "services that don't answer are waited for together" {
  local i entries=()
  for i in {1..12}; do
    entries+=("s$i=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/slow\"")
  done
  write_registry "${entries[@]}"
  TMPDIR=$BATS_TEST_TMPDIR run scripts/port-discovery.sh check
  # Each is given up after two seconds and answered after ten: one after the other, five or six would wait.
  local most
  most=$(curl -q --silent --noproxy '*' "http://localhost:$server_port/most-waiting")
  [ "$most" -gt 8 ] || fail_with "at most $most were waited for"
  exits_with 3
  contains "$(row s12)" 'DOWN no answer'
  [ -z "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'aidis-states.*')" ]
}

@test "what is listed is all of it or nothing, and leaves nothing behind when it is interrupted" {
  write_registry "slow=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/slow\""
  local command folder=$BATS_TEST_TMPDIR/states lister tries=0
  for command in list 'list --json' check; do
    # shellcheck disable=SC2086 # two words
    TMPDIR=$BATS_TEST_TMPDIR/none run scripts/port-discovery.sh $command
    exits_with 1
    contains "$output" 'cannot make a temporary folder'
    lacks "$output" '"services"'
  done
  mkdir "$folder"
  # Bats's jobs ignore SIGINT, and what they start does so too.
  TMPDIR=$folder setsid scripts/port-discovery.sh list >"$BATS_TEST_TMPDIR/listed" 2>&1 3>&- &
  lister=$!
  while [ -z "$(ls "$folder")" ]; do
    sleep 0.05
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail_with 'no folder was made'
  done
  kill -TERM -- "-$lister"
  wait "$lister" || true
  tries=0
  while [ -n "$(ls "$folder")" ]; do
    sleep 0.05
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail_with "$(ls "$folder") is left behind"
  done
}

# --- env --------------------------------------------------------------------------------------------------------------

@test "env tells a shell where the live services are" {
  write_registry "$(healthy aidis-mcp)" "$(healthy 'aidis-mcp#2')" "$(healthy my.shop_1)" "gone=\"port\": 1, \"pid\": $NO_SUCH_PID"
  discover env
  exits_with 0
  eval "$output"
  [ "$AIDIS_MCP_URL" = "http://localhost:$server_port" ]
  [ "$AIDIS_MCP_PORT_LIVE" = "$server_port" ]
  [ "$AIDIS_MY_SHOP_1_URL" = "http://localhost:$server_port" ]
  [ -z "${AIDIS_GONE_URL:-}" ]
  [ -z "${AIDIS_MCP_PORT:-}" ]
  [ "$(wc -l <<<"$output")" -eq 4 ]
}

@test "env takes nothing that is no name, host or port into a shell" {
  # shellcheck disable=SC2016 # must stay as it is
  write_registry "x';touch executed;'=\"port\": 1, \"pid\": $server_pid" "\$(touch executed)=\"port\": 1, \"pid\": $server_pid" \
    "h=\"port\": 1, \"pid\": $server_pid, \"host\": \"';touch executed;'\"" "s=\"port\": 1, \"pid\": $server_pid, \"scheme\": \"\$(touch executed)\"" \
    "p=\"port\": \"1';touch executed\", \"pid\": $server_pid" "PATH=\"port\": 1, \"pid\": $server_pid"
  discover env
  exits_with 0
  [ -z "$output" ] || fail_with "$output"
  eval "$output"
  [ ! -e executed ]
}

@test "env leaves a service out whose variable another one has, and says so" {
  write_registry "$(healthy a-b)" "$(healthy a.b)"
  run --separate-stderr scripts/port-discovery.sh env
  exits_with 0
  [ "$(wc -l <<<"$output")" -eq 2 ]
  contains "$stderr" "'a.b' is left out"
}

# --- doctor -----------------------------------------------------------------------------------------------------------

@test "the doctor finds nothing wrong with what is right" {
  write_registry "$(healthy a)"
  chmod 600 "$registry"
  discover doctor
  exits_with 0
  contains "$output" 'Nothing is wrong'
  contains "$output" '1 live entry'
  lacks "$output" problem
}

@test "the doctor does not need a registry" {
  rmdir run
  discover doctor
  exits_with 0
  contains "$output" 'does not exist yet'
}

@test "the doctor finds a folder or file that others may write to, with the way out" {
  write_registry "$(healthy a)"
  chmod 777 run
  discover doctor
  exits_with 3
  contains "$output" "Every user of this machine may write to $checkout/run"
  contains "$output" "chmod go-w '$checkout/run'"
  chmod 700 run
  chmod 666 "$registry"
  discover doctor
  exits_with 3
  contains "$output" "Every user of this machine may write to $registry"
}

@test "the doctor finds a symbolic link" {
  mv run elsewhere
  ln -s elsewhere run
  discover doctor
  exits_with 3
  contains "$output" 'is a symbolic link'
}

@test "the doctor finds a folder of another user" {
  [ "$(id -u)" -eq 0 ] || skip 'only root can give a folder away'
  chown 12345 run
  discover doctor
  exits_with 3
  contains "$output" "$checkout/run belongs to another user"
}

@test "the doctor finds a registry that is broken or no file" {
  echo '[' >"$registry"
  discover doctor
  exits_with 3
  contains "$output" 'is broken'
  rm "$registry"
  mkdir "$registry"
  discover doctor
  exits_with 3
  contains "$output" 'is no file'
}

@test "the doctor finds stale, invalid and clashing entries, and notes foreign ones" {
  write_registry "$(healthy a)" "$(healthy b)" "gone=\"port\": 1, \"pid\": $NO_SUCH_PID" 'bad="port": 0, "pid": 1' \
    "legacy=\"port\": 2, \"pid\": $server_pid" "far=\"port\": 2, \"pid\": $server_pid, \"host\": \"192.0.2.1\", \"instanceId\": \"3\""
  discover doctor
  exits_with 3
  contains "$output" "The entry 'gone' is stale"
  contains "$output" "The entry 'bad' has a port"
  contains "$output" "Two live entries are at localhost:$server_port, one of them 'b'"
  contains "$output" "Written by programs that don't use the starter: legacy."
  contains "$output" "'far' is at 192.0.2.1:2"
  contains "$output" '3 problems found'
}

@test "the doctor takes a health endpoint on the entry's own host for right" {
  write_registry "far=\"port\": 2, \"pid\": $server_pid, \"host\": \"192.0.2.1\", \"healthEndpoint\": \"http://192.0.2.1:3/healthz\", \"instanceId\": \"3\""
  chmod 600 "$registry"
  discover doctor
  exits_with 0
  contains "$output" "'far' is at 192.0.2.1:2"
  write_registry "far=\"port\": 2, \"pid\": $server_pid, \"host\": \"192.0.2.1\", \"healthEndpoint\": \"http://192.0.2.2:3/healthz\", \"instanceId\": \"3\""
  discover doctor
  exits_with 3
  contains "$output" "The entry 'far' has a port, pid, host or health endpoint that is none"
}

@test "the doctor finds copies of a broken registry, and temporary files that were left behind" {
  write_registry "$(healthy a)"
  touch "$registry.corrupt-1" "$registry.corrupt-2" "run/.port-registry.json.tmp-1"
  discover doctor
  exits_with 3
  contains "$output" 'copies are kept: port-registry.json.corrupt-1, port-registry.json.corrupt-2'
  contains "$output" '1 temporary file of writers that died'
}

@test "the doctor tells who holds the lock, and whether that one is stopped" {
  [ -r /proc/locks ] || skip 'needs /proc/locks'
  local holder state=''
  write_registry "$(healthy a)"
  chmod 600 "$registry"
  printf '4242 shop.jar\n' >"$registry.lock"
  chmod 600 "$registry.lock"
  run scripts/port-discovery.sh doctor
  exits_with 0
  contains "$output" 'The lock is free'

  mkfifo held
  java -cp "$BATS_SUITE_TMPDIR/classes" StandIn --hold "$registry.lock" >held 3>&- &
  holder=$!
  read -r state <held
  [ "$state" = held ]
  run scripts/port-discovery.sh doctor
  exits_with 3
  contains "$output" "The lock has been held by process $holder for a second or longer (4242 shop.jar)"
  kill -STOP "$holder"
  until [[ $state == T* ]]; do state=$(ps -o stat= -p "$holder"); done
  run scripts/port-discovery.sh doctor
  kill -KILL "$holder"
  exits_with 3
  contains "$output" "held by process $holder, which is stopped"
  contains "$output" "kill -CONT $holder"
}

@test "the doctor finds ports that the system gives away itself, and settings that are none" {
  local first last
  # shellcheck source=scripts/lib.sh
  . scripts/lib.sh
  # shellcheck source=scripts/doctor.sh
  . scripts/doctor.sh
  read -r first last <<<"$(ephemeral_ports)"
  [ "$first" -lt "$last" ]
  AIDIS_ORDERS_PORT=$first-$last AIDIS_STOCK_PORT=abc AIDIS_MCP_PORT=0 PORT=$last AIDIS_PORT_RANGE=9-1 run scripts/port-discovery.sh doctor
  exits_with 3
  contains "$output" "AIDIS_ORDERS_PORT=$first-$last overlaps the ports $first-$last"
  contains "$output" "AIDIS_STOCK_PORT is 'abc', which is no port"
  contains "$output" "PORT=$last overlaps"
  contains "$output" "AIDIS_PORT_RANGE is '9-1', which is no range"
  lacks "$output" AIDIS_MCP_PORT
}

@test "the doctor prints nothing that a terminal obeys" {
  printf '{"\\u001b[31mred": {"port": 1, "pid": %s}, "\\u009b": {}}' "$NO_SUCH_PID" >"$registry"
  printf '1 \033]0;owned\007\n' >"$registry.lock"
  touch "$registry.corrupt-"$'\e[31m'
  PORT=$'\e[31m' discover doctor
  exits_with 3
  [ -z "$(LC_ALL=C tr -d '\n -~' <<<"${output//$'\357\277\275'/}")" ] || fail_with "$output"
}

@test "the doctor changes nothing" {
  echo '[' >"$registry"
  touch "$registry.corrupt-1" run/.port-registry.json.tmp-1
  local before
  before=$(ls -laR run)
  discover doctor
  [ "$(ls -laR run)" = "$before" ]
}

# --- Usage ------------------------------------------------------------------------------------------------------------

@test "wrong usage of the newer commands exits with 2" {
  local arguments
  for arguments in 'check --port' 'env --json' 'env a' 'doctor a' 'doctor --url' 'list --port' 'get a --json --url' 'check --timeout 1'; do
    # shellcheck disable=SC2086 # several arguments
    run scripts/port-discovery.sh $arguments
    exits_with 2
    contains "$output" 'Usage:'
  done
}

@test "every command is in the help" {
  run scripts/port-discovery.sh --help
  local word
  for word in list get wait check env doctor --json --registry --timeout --help; do
    contains "$output" "$word"
  done
}

@test "port and URL are found without curl" {
  write_registry "$(healthy a)"
  make_path_without_jq
  rm "$path_without_jq/curl"
  PATH=$path_without_jq run scripts/port-discovery.sh get a --port
  exits_with 0
  [ "$output" = "$server_port" ]
  PATH=$path_without_jq run scripts/port-discovery.sh get a --health
  exits_with 1
  contains "$output" "'curl' was not found"
}
