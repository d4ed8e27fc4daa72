# shellcheck shell=bash
# What start-aidis.sh, stop-aidis.sh and the scripts beside this one have in common. Sourced, never run.
# Works with bash 3.2, the one that macOS has.

CHECKOUT=$(CDPATH='' cd -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)

# --- Messages ---------------------------------------------------------------------------------------------------------

COLOURS=no
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  COLOURS=yes
fi

colour() { # CODE TEXT
  if [ "$COLOURS" = yes ]; then
    printf '\033[%sm%s\033[0m' "$1" "$2"
  else
    printf '%s' "$2"
  fi
}

warn() {
  printf '%s\n' "$*" >&2
}

die() { # EXIT-CODE MESSAGE
  local code=$1
  shift
  warn "${0##*/}: $*"
  exit "$code"
}

need() { # COMMAND WHAT-FOR
  command -v "$1" >/dev/null 2>&1 || die 1 "'$1' was not found; it is needed to $2"
}

# Like [[ TEXT =~ REGEX ]], but [a-z] and [0-9] mean ASCII whatever the language; fills BASH_REMATCH.
matches() { # TEXT REGEX
  local LC_ALL=C
  [[ $1 =~ $2 ]]
}

# --- Environment ------------------------------------------------------------------------------------------------------

# The environment wins over .env, which wins over config/environments/.env.$AIDIS_ENV.
load_environment() {
  make_paths_absolute "$PWD"
  [ ! -f "$CHECKOUT/.env" ] || load_env_file "$CHECKOUT/.env"
  case ${AIDIS_ENV:-} in
    '') ;;
    development | production) load_env_file "$CHECKOUT/config/environments/.env.$AIDIS_ENV" ;;
    *) die 2 "AIDIS_ENV is '$(printable "$AIDIS_ENV")'; it can be 'development' or 'production'" ;;
  esac
  make_paths_absolute "$CHECKOUT"
}

# Reads KEY=VALUE lines. The file is data: nothing in it is expanded or executed.
load_env_file() { # FILE
  local file=$1 from_here=' ' number=0 line name value
  [ -r "$file" ] || die 1 "cannot read $file"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=$(trim "$line")
    case $line in
      '' | '#'*) continue ;;
      export[[:space:]]*) line=$(trim "${line#export}") ;;
    esac
    if ! matches "$line" '^([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=(.*)$'; then
      warn "$file:$number: ignored, this is not KEY=VALUE"
      continue
    fi
    name=${BASH_REMATCH[1]}
    value=$(trim "${BASH_REMATCH[2]}")
    is_our_variable "$name" || continue
    # Within one file the last line wins; what was set before the file was read stays.
    if [ -z "${!name+set}" ] || [[ $from_here == *" $name "* ]]; then
      export "$name=$(unquote "$value")"
      from_here="$from_here$name "
    fi
  done <"$file"
}

is_our_variable() { # NAME
  matches "$1" '^(AIDIS_[A-Z0-9_]*|PORT|SPRING_PROFILES_ACTIVE|JAVA_OPTS)$'
}

# Takes off the quotes around a value, and the comment after it.
unquote() { # VALUE
  if matches "$1" '^"([^"]*)"[[:space:]]*(#.*)?$' || matches "$1" "^'([^']*)'[[:space:]]*(#.*)?\$"; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  elif [[ $1 != '#'* ]]; then
    trim "${1%%[[:space:]]#*}"
  fi
}

trim() { # TEXT
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s\n' "${text%"${text##*[![:space:]]}"}"
}

# A relative path means something else once the working directory changes.
make_paths_absolute() { # BASE
  local name
  for name in AIDIS_RUN_DIR AIDIS_PORT_REGISTRY; do
    case ${!name:-} in
      '' | /*) ;;
      *) export "$name=$1/${!name}" ;;
    esac
  done
}

# Replaces what a terminal might obey. Replaced, not dropped: no name may turn into somebody else's.
printable() { # TEXT
  local LC_ALL=C
  printf '%s\n' "${1//[^ -~]/?}"
}

# --- Places -----------------------------------------------------------------------------------------------------------

# Sets REGISTRY, without starting anything.
find_registry() {
  local root=$CHECKOUT
  if [ -n "${AIDIS_PORT_REGISTRY:-}" ]; then
    REGISTRY=$AIDIS_PORT_REGISTRY
  elif [ -n "${AIDIS_RUN_DIR:-}" ]; then
    REGISTRY=$AIDIS_RUN_DIR/port-registry.json
  else
    while [ ! -e "$root/.git" ] && [ -n "$root" ]; do
      root=${root%/*}
    done
    if [ -e "$root/.git" ]; then
      REGISTRY=$root/run/port-registry.json
    else
      REGISTRY=${HOME:?is not set, and there is no .git folder to tell where to look}/.aidis/run/port-registry.json
    fi
  fi
}

registry_file() {
  local REGISTRY
  find_registry
  printf '%s\n' "$REGISTRY"
}

run_dir() {
  if [ -n "${AIDIS_RUN_DIR:-}" ]; then
    printf '%s\n' "$AIDIS_RUN_DIR"
  else
    local REGISTRY AIDIS_PORT_REGISTRY=
    find_registry
    printf '%s\n' "${REGISTRY%/*}"
  fi
}

# The path of a sample's jar up to its version.
jar_prefix() { # SERVICE
  local module=aidis-port-sample-command
  [ "$1" != aidis-mcp ] || module=aidis-port-sample-mcp
  printf '%s/%s/target/%s-\n' "$CHECKOUT" "$module" "$module"
}

# Prints the newest jar whose path begins so; returns 1 when there is none.
newest_jar() { # PREFIX
  local jar newest=
  for jar in "$1"*.jar; do
    case $jar in
      *-sources.jar | *-javadoc.jar | *-tests.jar) continue ;;
    esac
    if [ -f "$jar" ] && { [ -z "$newest" ] || [ "$jar" -nt "$newest" ]; }; then
      newest=$jar
    fi
  done
  [ -n "$newest" ] && printf '%s\n' "$newest"
}

# Sets java to the command that runs Java.
choose_java() { # PURPOSE
  java=java
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    java=$JAVA_HOME/bin/java
  fi
  need "$java" "$1 (Java 17 or later)"
}

# Sets java to the command that runs the samples, java_version to what it says of itself, and java_release to a number such as 17.
find_java() {
  local found
  choose_java 'run the samples'
  found=$("$java" -version 2>&1) || die 1 "'$java -version' failed: $found"
  if ! matches "$found" 'version "([0-9]+)' || [ "${BASH_REMATCH[1]}" -lt 17 ]; then
    die 1 "Java 17 or later is needed, '$java' is: ${found%%$'\n'*}"
  fi
  # shellcheck disable=SC2034 # start-aidis.sh asks for it
  java_version=$found
  # shellcheck disable=SC2034
  java_release=${BASH_REMATCH[1]}
}

# --- Registry ---------------------------------------------------------------------------------------------------------

# Prints one record per entry: key, port, pid, startTicks, status, scheme, host, healthEndpoint, startedAt, instanceId, separated by
# \037. Whatever is no printable ASCII has become U+FFFD, so a record is safe to print and no such value passes for a valid one.
# Returns 1 and says why when the file cannot be read. A missing file has no entries.
registry_records() { # FILE
  local file=$1 records attempt code
  [ -e "$file" ] || return 0
  # Anything but a file, a FIFO for example, could keep us waiting for ever.
  if [ ! -f "$file" ] || [ ! -r "$file" ]; then
    warn "$file is not a file that can be read"
    return 1
  fi
  # A program that writes the file in place may be in the middle of it.
  for attempt in 1 2 3; do
    code=0
    records=$(parse_registry "$file") || code=$?
    case $code in
      0)
        [ -z "$records" ] || printf '%s\n' "$records"
        return 0
        ;;
      3)
        warn "$file is larger than 8 MiB, which no port registry is"
        return 1
        ;;
    esac
    [ "$attempt" = 3 ] || sleep 0.1
  done
  warn "$file is broken: it should hold one JSON object with an entry per service. A service that runs repairs it."
  return 1
}

# With awk, which is everywhere, and starts sooner than jq. Records end at a quote, so every second one is the inside of a string.
# Returns 3 for a file that is too large.
parse_registry() { # FILE
  LC_ALL=C awk '
BEGIN {
  RS = "\""; want = "root"; depth = 0; broken = 0; inside = 0; names = 0
  replacement = "\357\277\275"
  columns = split("port pid startTicks status scheme host healthEndpoint startedAt instanceId", column, " ")
}
{ size += length($0) + 1; if (size > 8388609) { large = 1; exit 3 } }
NR == 1 { sub(/^\357\273\277/, "") }
inside {
  text = text $0
  if (match(text, /\\+$/) && RLENGTH % 2) { text = text "\""; next }
  inside = 0
  string(clean(text))
  next
}
{
  rest = $0
  while (match(rest, /[^ \t\r\n]/)) {
    rest = substr(rest, RSTART)
    if (match(rest, /^[-+.0-9A-Za-z]+/)) {
      scalar(substr(rest, 1, RLENGTH))
      rest = substr(rest, RLENGTH + 1)
    }
    else {
      punctuation(substr(rest, 1, 1))
      rest = substr(rest, 2)
    }
  }
  inside = 1; text = ""
}
END {
  if (large) exit 3
  if (broken || want != "end") exit 1
  for (n = 1; n <= names; n++) {
    if (!is_object[name[n]]) continue
    record = name[n]
    for (c = 1; c <= columns; c++) record = record "\037" field[name[n], column[c]]
    print record
  }
}
function fail() { broken = 1; exit 1 }
function punctuation(c) {
  if (c == "{" || c == "[") opening(c)
  else if (c == "}" || c == "]") closing(c)
  else if (c == "," && want == "comma") want = bracket[depth] == "{" ? "key" : "value"
  else if (c == ":" && want == "colon") want = "value"
  else fail()
}
function opening(c) {
  if (want !~ /value/ && !(want == "root" && c == "{")) fail()
  bracket[++depth] = c
  if (depth == 2) entry(c == "{")
  want = c == "{" ? "key or end" : "value or end"
}
function closing(c) {
  if (depth == 0 || bracket[depth] != (c == "}" ? "{" : "[") || want !~ /end|comma/) fail()
  want = --depth ? "comma" : "end"
}
function string(s) {
  if (want ~ /key/) { key[depth] = s; want = "colon" }
  else value(s, 0)
}
function scalar(s) {
  if (s ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/) {
    s += 0
    value(s == int(s) && s >= 0 && s < 1e15 ? sprintf("%.0f", s) : "", 1)
  }
  else if (s ~ /^(true|false|null)$/) value("", 1)
  else fail()
}
function value(s, number) {
  if (want !~ /value/) fail()
  if (depth == 1) entry(0)
  if (depth == 2 && bracket[2] == "{") field[key[1], key[2]] = number == (key[2] ~ /^(port|pid)$/) ? s : ""
  want = "comma"
}
function entry(object,    c) {
  if (!(key[1] in is_object)) name[++names] = key[1]
  is_object[key[1]] = object
  for (c = 1; c <= columns; c++) field[key[1], column[c]] = ""
}
function clean(s,    out, i, c, code) {
  if (s ~ /[\001-\037]/) fail()
  out = ""
  while (i = index(s, "\\")) {
    out = out plain(substr(s, 1, i - 1))
    s = substr(s, i + 1)
    c = substr(s, 1, 1)
    if (c == "u") {
      if (s !~ /^u[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]/) fail()
      code = hex(substr(s, 2, 4))
      if (s ~ /^u[dD][89abAB]..\\u[dD][c-fC-F]/) s = substr(s, 7)
      out = out (code < 32 || code > 126 ? replacement : sprintf("%c", code))
      s = substr(s, 6)
    }
    else if (c == "" || !index("\"\\/bfnrt", c)) fail()
    else {
      out = out (index("bfnrt", c) ? replacement : c)
      s = substr(s, 2)
    }
  }
  return out plain(s)
}
function plain(s) {
  gsub(/\177|[\300-\377][\200-\277]*|[\200-\277]/, replacement, s)
  return s
}
function hex(s,    n, i) {
  n = 0
  for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
  return n
}
' "$1"
}

# --- Processes --------------------------------------------------------------------------------------------------------

is_pid() { # TEXT
  matches "$1" '^[1-9][0-9]{0,6}$'
}

# Whether a process exists and is no zombie; with START-TICKS, whether it is still the same one and not another that got its pid.
process_alive() { # PID [START-TICKS]
  local pid=$1 ticks=${2:-} state='' line='' fields=() refusal
  is_pid "$pid" || return 1
  if ! kill -0 "$pid" 2>/dev/null; then
    # Somebody else's process refuses the signal, and so it exists.
    refusal=$(LC_ALL=C && kill -0 "$pid" 2>&1) || true
    [[ $refusal == *'not permitted'* ]] || return 1
  fi
  { IFS= read -r -d '' line <"/proc/$pid/stat" || true; } 2>/dev/null
  if [ -n "$line" ]; then
    # pid (command) state …: the command may contain anything. Of what follows, state is field 1 and start ticks are 20.
    read -r -a fields <<<"${line##*) }"
    state=${fields[0]}
    [ -z "$ticks" ] || [ "$ticks" = "${fields[19]}" ] || return 1
  elif command -v ps >/dev/null 2>&1; then
    state=$(ps -o stat= -p "$pid" 2>/dev/null) || state=''
  fi
  [[ $state != [ZX]* ]]
}

# Whether a process is a sample that was started from this checkout.
runs_our_jar() { # PID SERVICE
  [[ $(process_arguments "$1") == *" -jar $(jar_prefix "$2")"* ]]
}

process_arguments() { # PID
  if [ -r "/proc/$1/cmdline" ]; then
    tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null || true
  else
    ps -ww -o args= -p "$1" 2>/dev/null || true
  fi
}

# Prints the pid in a service's pid file; returns 1 when there is none.
read_pid_file() { # FILE
  local pid=''
  [ -f "$1" ] || return 1
  read -r pid <"$1" || [ -n "$pid" ] || return 1
  is_pid "$pid" && printf '%s\n' "$pid"
}

# Asks a process to end, and ends it when it has not done so in time.
stop_process() { # PID SERVICE SECONDS
  local pid=$1 service=$2 limit=$3
  if ! kill -TERM "$pid" 2>/dev/null && process_alive "$pid"; then
    warn "$service: this user may not stop it (pid $pid)"
    return 1
  fi
  ended_within "$limit" "$pid" && return 0
  warn "$service: did not end within $limit s, killed (pid $pid); its entry stays until the next service registers"
  kill -KILL "$pid" 2>/dev/null || true
  ended_within 10 "$pid"
}

ended_within() { # SECONDS PID
  local deadline=$((SECONDS + $1))
  while process_alive "$2"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# Prints the value of a variable that holds a time limit.
seconds() { # VARIABLE DEFAULT
  local value=${!1:-$2}
  matches "$value" '^[0-9]{1,5}$' || die 2 "$1 is '$(printable "$value")'; it should be a number of seconds"
  printf '%s\n' "$((10#$value))"
}

# --- Health -----------------------------------------------------------------------------------------------------------

is_port() { # TEXT
  matches "$1" '^[1-9][0-9]{0,4}$' && [ "$1" -le 65535 ]
}

is_loopback() { # HOST
  matches "$1" '^(localhost|127(\.[0-9]{1,3}){3}|::1|\[::1\])$'
}

is_path() { # TEXT
  [[ $1 == /* && $1 != *//* && $1 != *[\\@[:space:]]* && ${#1} -le 256 && $1 == "$(printable "$1")" ]]
}

# Prints the URL of an entry; returns 1 when its values make none.
entry_url() { # SCHEME HOST PORT
  local scheme=${1:-http} host=${2:-localhost} port=$3
  matches "$scheme" '^(https?|tcp)$' && is_port "$port" || return 1
  matches "$host" '^[A-Za-z0-9.-]+$' || is_loopback "$host" || return 1
  [ "$host" != ::1 ] || host='[::1]'
  printf '%s://%s:%s\n' "$scheme" "$host" "$port"
}

# Tells whether a health endpoint is one, wherever it is: a path, or a URL on the entry's own host or the loopback interface.
is_health_endpoint() { # HOST HEALTH-ENDPOINT
  [ -n "$2" ] || return 0
  ! is_path "$2" || return 0
  matches "$2" '^https?://([^/:@]+|\[::1\])(:([0-9]+))?(/.*)?$' || return 1
  local host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]} path=${BASH_REMATCH[4]}
  { [ "$host" = "${1:-localhost}" ] || is_loopback "$host"; } && is_port "${port:-80}" && is_path "${path:-/}"
}

# Prints the URL to ask for health, or nothing for an entry that names none; returns 1 for one that must not be asked.
health_url() { # SCHEME HOST PORT HEALTH-ENDPOINT
  local base
  base=$(entry_url "$1" "$2" "$3") || return 1
  if [ -z "$4" ]; then
    return 0
  elif is_path "$4"; then
    printf '%s%s\n' "$base" "$4"
  elif matches "$4" '^https?://([^/:@]+|\[::1\])(:([0-9]+))?(/.*)?$'; then
    local host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]} path=${BASH_REMATCH[4]}
    is_loopback "$host" && is_port "${port:-80}" && is_path "${path:-/}" && printf '%s\n' "$4"
  else
    return 1
  fi
}

# Prints the truth about an entry, starting with OK, DOWN, STALE, INVALID or UNKNOWN.
entry_state() { # RECORD
  local port pid ticks status scheme host health url
  IFS=$'\037' read -r _ port pid ticks status scheme host health _ <<<"$1"
  if ! is_port "$port"; then
    echo 'INVALID port'
  elif ! is_pid "$pid"; then
    echo 'INVALID pid'
  elif ! process_alive "$pid" "$ticks"; then
    echo 'STALE process is gone'
  elif ! is_loopback "${host:-localhost}"; then
    echo 'UNKNOWN not on loopback' # a registry must not send us to other machines
  elif ! url=$(health_url "$scheme" "$host" "$port" "$health"); then
    echo 'INVALID health endpoint'
  elif [ -z "$url" ]; then
    tcp_state "${host:-localhost}" "$port"
  else
    http_state "$url" "$status"
  fi
}

# Prints the state of each of the records on standard input, a line each, in their order. Services that don't answer are waited for
# together. To be called in a subshell, which an interrupt ends without leaving the folder behind.
entry_states() {
  local record folder count=0 number
  folder=$(mktemp -d "${TMPDIR:-/tmp}/aidis-states.XXXXXX") || die 1 'cannot make a temporary folder'
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf -- $(printf '%q' "$folder")" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  while IFS= read -r record; do
    count=$((count + 1))
    entry_state "$record" >"$folder/$count" </dev/null &
    [ $((count % 16)) -ne 0 ] || wait
  done
  wait
  for ((number = 1; number <= count; number++)); do
    read -r record <"$folder/$number" || record='UNKNOWN was not asked'
    printf '%s\n' "$record"
  done
}

http_state() { # URL STATUS
  local code
  # No redirects, no proxy, no configuration file. A certificate for localhost cannot be verified, and nothing secret is sent.
  code=$(curl -q --silent --insecure --globoff --noproxy '*' --max-redirs 0 --max-time 2 \
    --output /dev/null --write-out '%{http_code}' --url "$1" </dev/null) || code=000
  case $code in
    200) echo 'OK 200' ;;
    000) if [ "$2" = STARTING ]; then echo 'DOWN still starting'; else echo 'DOWN no answer'; fi ;;
    *) printf 'DOWN %s\n' "$(printable "$code")" ;;
  esac
}

tcp_state() { # HOST PORT
  local connecting tries=0 host=${1#[}
  (: <>"/dev/tcp/${host%]}/$2") 2>/dev/null &
  connecting=$!
  while kill -0 "$connecting" 2>/dev/null && [ "$tries" -lt 40 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  kill "$connecting" 2>/dev/null || true
  if wait "$connecting" 2>/dev/null; then
    echo 'OK port open'
  else
    echo 'DOWN no connection'
  fi
}

coloured_state() { # STATE
  case $1 in
    OK*) colour 32 "$1" ;;
    DOWN*) colour 31 "$1" ;;
    *) colour 33 "$1" ;;
  esac
}
