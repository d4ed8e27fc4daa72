#!/usr/bin/env bats
# shellcheck disable=SC2154 # the helper sets variables
# A registry is written by others: whatever it holds, the scripts obey none of it.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { make_checkout; }

# Every form of the same two entries must give this.
shows_both() {
  discover
  exits_with 0
  contains "$(row a)" "$server_port"
  contains "$(row a)" 'OK 200'
  contains "$(row b)" 'STALE'
}

@test "a registry may be compact" {
  printf '{"a":{"port":%s,"pid":%s,"healthEndpoint":"/healthz"},"b":{"port":2,"pid":%s}}' \
    "$server_port" "$server_pid" "$NO_SUCH_PID" >"$registry"
  shows_both
}

@test "a registry may have tabs, other line ends, nested and unknown fields, and values that are no services" {
  printf '{\r\n\t"x": [1, {"port": 3}, "}"],\r\n\t"a": {"metadata": {"port": 4, "list": [[], {}]}, "n": -1.5e3, "port":\r\n%s,' \
    "$server_port" >"$registry"
  printf '"t": true, "f": false, "z": null, "p": "\\\\", "q": "\\\\\\"{", "pid": %s, "healthEndpoint": "\\/health\\u007a"},' "$server_pid" >>"$registry"
  printf '"y": 5, "b": {"port": 2, "pid": %s}, "e": {}}' "$NO_SUCH_PID" >>"$registry"
  shows_both
  contains "$(row e)" 'INVALID port'
  [ -z "$(row x)" ]
  [ -z "$(row y)" ]
}

@test "a registry may start with a byte order mark" {
  printf '\xef\xbb\xbf{"a": {"port": %s, "pid": %s, "healthEndpoint": "/healthz"}, "b": {"port": 2, "pid": %s}}' \
    "$server_port" "$server_pid" "$NO_SUCH_PID" >"$registry"
  shows_both
}

@test "of two entries or fields with one name the last counts" {
  printf '{"a": {"port": 9, "pid": 9}, "b": {"port": 1, "pid": 1}, "c": {"port": 1}, "c": 1, "d": {"port": 1}, "d": {"pid": 1},' >"$registry"
  printf '"b": {"port": 2, "pid": %s}, "a": {"port": 7, "port": %s, "pid": %s, "healthEndpoint": "/healthz"}}' \
    "$NO_SUCH_PID" "$server_port" "$server_pid" >>"$registry"
  shows_both
  [ -z "$(row c)" ]
  contains "$(row d)" 'INVALID port'
}

@test "a registry that is no JSON object is reported, and nothing is guessed from it" {
  local entry="\"a\": {\"port\": $server_port, \"pid\": $server_pid}" content
  echo "{$entry" >"$registry"
  discover
  exits_with 1
  contains "$output" 'is broken'
  lacks "$output" "$server_port"
  discover get a --port
  exits_with 1
  contains "$output" 'is broken'

  # shellcheck source=scripts/lib.sh
  . scripts/lib.sh
  for content in '' ' ' '[]' 'null' '"a"' 'hello' '{' "{$entry,}" "{$entry} }" "{$entry}{$entry}" "{$entry \"b\": {}}" '{"a" {}}' \
    '{a: {}}' '{"a": {]}' '{"a": [}]}' '{"a": "\q"}' '{"a": "\u12x4"}' '{"a": tru}' '{"a": 1x}' '{"a": }' '{"a":: 1}' "{$entry, \"b" \
    '{"a": {}]' $'{"a": "\e"}' '{"a": 1,, "b": 2}' '{"a": [1,]}' '{, "a": 1}' '{"a": {"b"}}' '{1: 2}' '{"a": 1 2}' '{"a": {} "b"}'; do
    printf '%s' "$content" >"$registry"
    run ! parse_registry "$registry"
    [ -z "$output" ] || fail_with "awk, $content: $output"
    if command -v jq >/dev/null; then
      run ! parse_with_jq "$registry"
      [ -z "$output" ] || fail_with "jq, $content: $output"
    fi
  done
}

@test "a registry that is a folder or a FIFO is reported" {
  mkdir "$registry"
  discover
  exits_with 1
  contains "$output" 'is not a file'
  rmdir "$registry"
  mkfifo "$registry"
  discover
  exits_with 1
  contains "$output" 'is not a file'
}

@test "a registry of more than 8 MiB is not read" {
  { printf '{}' && head -c 8388608 /dev/zero | tr '\0' ' '; } >"$registry"
  discover
  exits_with 1
  contains "$output" 'larger than 8 MiB'
}

@test "names and values are printed, not executed" {
  # shellcheck disable=SC2016 # must stay as it is
  write_registry '$(touch executed)="port": 1, "pid": 4999999' '`touch executed`="port": 1, "pid": 4999999' \
    ';touch executed;="port": 1, "pid": 4999999' '%s%n="port": 1, "pid": 4999999' '-e="port": 1, "pid": 4999999' \
    'a[$(touch executed)]="port": 1, "pid": 4999999' \
    'v="port": "$(touch executed)", "pid": "a[$(touch executed)]", "host": "$(touch executed)", "healthEndpoint": "/$(touch executed)"'
  discover
  exits_with 0
  # shellcheck disable=SC2016 # must stay as it is
  for name in '$(touch executed)' '`touch executed`' ';touch executed;' '%s%n' '-e' 'a[$(touch executed)]'; do
    contains "$(row "$name")" 'STALE'
  done
  contains "$(row v)" 'INVALID'
  [ ! -e executed ]
}

@test "control characters never reach the terminal, nor do characters that reorder text" {
  printf '{"esc\\u001b[31m\\u001B[32m": {"port": 1, "pid": 1, "status": "\\u0007", "host": "\\u009b"},' >"$registry"
  printf '"nl\\nget\\r\\t\\b\\f": {}, "bidi\\u202e\xe2\x80\xae\\u2028": {}, "c1\xc2\x9b": {}, "emoji\\ud83d\\ude00\xf0\x9f\x98\x80": {}, "del\x7f": {}}' \
    >>"$registry"
  discover
  exits_with 0
  contains "$output" $'esc\357\277\275[31m'
  lacks "${output//$'\357\277\275'/}" $'\e'
  [ -z "$(LC_ALL=C tr -d '\n -~' <<<"${output//$'\357\277\275'/}")" ] || fail_with "$output"
}

@test "a name with a control character is not the name without it" {
  printf '{"aidis\\u0000-mcp": {"port": 1, "pid": %s}, "aidis-\\u001fmcp": {"port": 1, "pid": %s}}' "$server_pid" "$server_pid" >"$registry"
  discover get aidis-mcp --port
  exits_with 1
}

@test "a port that is none makes the entry invalid" {
  local port
  for port in 0 -1 65536 70000 99999999999999999999 1e3000 1.5 '"abc"' "\"$server_port\"" null true '[1]' '{}' '"1; touch executed"'; do
    write_registry "a=\"port\": $port, \"pid\": $server_pid"
    discover
    [[ $(row a) =~ ^a\ +-\ +$server_pid\ +INVALID\ port ]] || fail_with "$output"
    discover get a --port
    exits_with 1
  done
  [ ! -e executed ]
}

@test "a pid that is none makes the entry invalid" {
  local pid
  for pid in 0 -1 99999999999 4294967297 1.5 '"1"' null '"-9"'; do
    write_registry "a=\"port\": $server_port, \"pid\": $pid"
    discover
    contains "$(row a)" 'INVALID pid'
    discover get a --port
    exits_with 1
  done
}

@test "a health endpoint that leads elsewhere is not asked" {
  local endpoint
  for endpoint in "//localhost:$server_port/healthz" "healthz" "http://192.0.2.1/healthz" "http://localhost:$server_port@192.0.2.1/" \
    "http://localhost.example.com/" "http://127.0.0.1.example.com/" "file:///etc/passwd" "gopher://localhost:$server_port/" \
    "/x/../@evil" "/a b" '/a\\b' '/a\u0000b' '/\u001b' "-o executed" "http://localhost:99999/" "http://[::1]evil/" "/a//b" \
    "/$(printf 'x%.0s' {1..256})" '/é'; do
    write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"$endpoint\""
    discover
    contains "$(row a)" 'INVALID health endpoint'
  done
  [ ! -e executed ]
}

@test "a health endpoint is one URL for curl, not a pattern" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/{down,healthz}\"" \
    "b=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz?[1-3]&x=%20\""
  discover
  contains "$(row a)" 'DOWN 400'
  contains "$(row b)" 'OK 200'
}

@test "a host or scheme that is none is not asked" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"host\": \"-K/etc/passwd\"" \
    "b=\"port\": $server_port, \"pid\": $server_pid, \"host\": \"localhost/x\"" \
    "c=\"port\": $server_port, \"pid\": $server_pid, \"scheme\": \"file\""
  discover
  contains "$(row a)" 'UNKNOWN'
  contains "$(row b)" 'UNKNOWN'
  contains "$(row c)" 'INVALID'
  discover get b --url
  exits_with 1
  discover get c --url
  exits_with 1
}

@test "a service that speaks no HTTP has a URL all the same, and is healthy while it accepts connections" {
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"scheme\": \"tcp\""
  discover get a --url
  exits_with 0
  [ "$output" = "tcp://localhost:$server_port" ]
  discover get a --health
  exits_with 0
  contains "$output" 'OK'
}

@test "a curl configuration file and a proxy change nothing" {
  mkdir -p "$HOME"
  echo "dump-header = $checkout/obeyed" >"$HOME/.curlrc"
  write_registry "a=\"port\": $server_port, \"pid\": $server_pid, \"healthEndpoint\": \"/healthz\""
  http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 discover
  contains "$(row a)" 'OK 200'
  [ ! -e obeyed ]
}
