# shellcheck shell=bash
# shellcheck disable=SC2154 # run sets output and status
# Every test works in a checkout of its own below $BATS_TEST_TMPDIR. Nothing has a fixed port, so runs don't meet.

bats_require_minimum_version 1.5.0

# No process has this pid: it is above the largest that Linux and macOS give out.
export NO_SUCH_PID=4999999

# Copies the scripts into a checkout, and goes there.
make_checkout() {
  unset "${!AIDIS_@}" PORT SERVER_PORT MANAGEMENT_SERVER_PORT SPRING_PROFILES_ACTIVE JAVA_OPTS JAVA_HOME MAVEN NO_COLOR STAND_IN
  checkout=$(cd "$BATS_TEST_TMPDIR" && pwd -P)/checkout
  mkdir -p "$checkout/.git" "$checkout/scripts" "$checkout/run"
  local source=$BATS_TEST_DIRNAME/../..
  cp "$source"/*-aidis.sh "$checkout"
  cp "$source"/scripts/*.sh "$checkout/scripts"
  cp -R "$source/config" "$checkout"
  registry=$checkout/run/port-registry.json
  export HOME=$BATS_TEST_TMPDIR/home
  cd "$checkout" || return
}

make_command() { # FILE, the script on stdin
  mkdir -p "$(dirname "$1")"
  { echo '#!/usr/bin/env bash' && cat; } >"$1"
  chmod +x "$1"
}

# Starts a server that answers /healthz with 200, /down with 503, /redirect with a redirect to /healthz, /slow after 10 s.
start_server() {
  mkfifo "$BATS_FILE_TMPDIR/port"
  java -cp "$BATS_SUITE_TMPDIR/classes" StandIn >"$BATS_FILE_TMPDIR/port" 3>&- &
  server_pid=$!
  read -r server_port <"$BATS_FILE_TMPDIR/port"
  export server_pid server_port
}

stop_server() {
  kill "$server_pid"
}

# A folder to use as PATH: all that the scripts need, and nothing else.
make_path_without_jq() {
  local tool
  path_without_jq=$BATS_TEST_TMPDIR/bin
  mkdir "$path_without_jq"
  for tool in awk bash cat curl dirname id ls mkdir mktemp mv nohup ps rm sed sleep sort tail tr wc; do
    ln -s "$(command -v "$tool")" "$path_without_jq/$tool"
  done
}

# Runs the script, and wants what it reads of the registry to be what jq reads of it. Leaves $output and $status.
discover() {
  [ -n "${path_without_jq:-}" ] || make_path_without_jq
  if [ -f "$registry" ] && command -v jq >/dev/null; then
    local by_awk by_jq
    by_awk=$(bash -c '. scripts/lib.sh && parse_registry "$1"' - "$registry") || by_awk='broken'
    [ "$by_awk" = broken ] || by_jq=$(parse_with_jq "$registry") || by_jq='broken'
    [ "$by_awk" = broken ] || [ "$by_awk" = "$by_jq" ] || fail_with "awk: $by_awk" "jq: $by_jq"
  fi
  PATH=$path_without_jq run scripts/port-discovery.sh "$@"
}

# An independent opinion about what parse_registry should print.
parse_with_jq() { # FILE
  jq --raw-output --slurp '
    def clean: explode | map(if . < 32 or . > 126 then 65533 else . end) | implode;
    def text: if type == "string" then clean else "" end;
    def number: if type == "number" and . == floor and . >= 0 and . < 1e15 then floor | tostring else "" end;
    if length == 1 and (.[0] | type) == "object" then .[0] else error("not one object") end
    | to_entries[]
    | select(.value | type == "object")
    | [ (.key | clean),
        (.value | (.port, .pid | number), (.startTicks, .status, .scheme, .host, .healthEndpoint, .startedAt, .instanceId | text)) ]
    | join("\u001f")' "$1" 2>/dev/null
}

# Writes a registry with one entry per argument, NAME=FIELDS.
write_registry() {
  local entry separator=''
  {
    printf '{'
    for entry; do
      printf '%s\n  "%s": {\n    %s\n  }' "$separator" "${entry%%=*}" "${entry#*=}"
      separator=','
    done
    printf '\n}\n'
  } >"$registry"
}

# The row of the listing that starts with a name.
row() {
  local line
  while IFS= read -r line; do
    [[ $line != "$1 "* ]] || printf '%s\n' "$line"
  done <<<"$output"
}

contains() {
  [[ $1 == *"$2"* ]] || fail_with "expected: $2" "in: $1"
}

lacks() {
  [[ $1 != *"$2"* ]] || fail_with "did not expect: $2" "in: $1"
}

exits_with() {
  [ "$status" -eq "$1" ] || fail_with "expected exit code $1, was $status" "$output"
}

fail_with() {
  printf '%s\n' "$@" >&2
  return 1
}
