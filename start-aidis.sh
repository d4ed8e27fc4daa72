#!/usr/bin/env bash
# Builds the samples where needed, starts them, and waits until each is registered and healthy.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/scripts/lib.sh"

usage() {
  cat <<'END'
Usage: ./start-aidis.sh

Builds the two samples where their jars are missing, starts them in the background, waits until each is in the port registry and
healthy, and prints their real URLs. What already runs is left alone. ./stop-aidis.sh stops them.

  AIDIS_MCP_PORT, AIDIS_COMMAND_DEV_PORT, AIDIS_COMMAND_PROD_PORT
                        0: the operating system chooses (what this script uses when nothing is set); N: port N; A-B: one of them
  AIDIS_ENV             development or production: also read config/environments/.env.$AIDIS_ENV;
                        production starts aidis-command-prod instead of aidis-command-dev
  AIDIS_RUN_DIR         folder for the registry, logs and pid files (run/ beside .git)
  AIDIS_START_TIMEOUT   seconds to wait for health (120)
  AIDIS_START_CACHE     false: do not keep, in a folder beside each jar, what lets Java start it with half the processor time; it
                        is made once after each build, which takes a little longer than a start, and has some 100 MB;
                        nor, when both are up, what lets it start the bridge for MCP clients
  JAVA_OPTS             options for both Java processes
  SERVER_PORT, MANAGEMENT_SERVER_PORT
                        not handed on where they name one port, which only one of the two could have
  MAVEN                 the Maven command to build with (./mvnw where it exists, else mvn)

Variables may also stand in a file named .env in this folder. config/environments/.env.example explains all of them.

Exit codes: 0 both samples are up; 1 they are not, and why; 2 wrong usage.
END
}

# "pid service" of each process that this run started.
started=()

# Processes whose end this run waits for.
helpers=()

main() {
  case ${1:-} in
    '') ;;
    -h | --help) usage && return ;;
    *) usage >&2 && exit 2 ;;
  esac
  load_environment
  drop_ports_of_one_server
  use_dynamic_ports
  start_timeout=$(seconds AIDIS_START_TIMEOUT 120)
  stop_timeout=$(seconds AIDIS_STOP_TIMEOUT 15)
  case ${AIDIS_START_CACHE:=true} in
    true | false) ;;
    *) die 2 "AIDIS_START_CACHE is '$(printable "$AIDIS_START_CACHE")'; it should be true or false" ;;
  esac
  run=$(run_dir)
  registry=$(registry_file)
  profile=dev
  [ "${AIDIS_ENV:-}" != production ] || profile=prod
  services=(aidis-mcp "aidis-command-$profile")
  need curl 'check health'
  cd "$CHECKOUT"
  create_run_dir
  take_turn

  show_registry
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
  local service missing=()
  for service in "${services[@]}"; do
    running "$service" || missing+=("$service")
  done
  warn_of_other_profile
  if [ "${#missing[@]}" -gt 0 ]; then
    find_java
    build_where_missing "${missing[@]}"
    [ "$AIDIS_START_CACHE" = false ] || prepare_where_missing "${missing[@]}"
    for service in "${missing[@]}"; do
      launch "$service"
    done
  fi
  for service in "${services[@]}"; do
    wait_until_up "$service"
  done
  show_result
  [ "$AIDIS_START_CACHE" = false ] || prepare_bridge_where_missing
}

# An MCP client waits for the bridge's first answer, which comes in half the time then. The samples don't wait for that.
prepare_bridge_where_missing() {
  local folder=$CHECKOUT/aidis-port-sample-mcp/target/aidis-mcp-bridge tried pid
  tried=$folder/classes.tried
  [ -f "$folder/aidis-mcp-bridge.jar" ] || return 0
  if [ -z "${java_version:-}" ]; then
    # What runs already needs no Java that can be found.
    java_version=$(find_java 2>/dev/null && printf '%s\n' "$java_version") || return 0
  fi
  # Once for each build and each Java, whatever became of it.
  if [ -f "$tried" ] && [ "$(cat -- "$tried")" = "$java_version" ] && [ -z "$(find "$folder" -name '*.jar' -newer "$tried")" ]; then
    return
  fi
  # What was started stays, also for who does not wait for this.
  trap - INT TERM
  echo "Letting Java remember the classes of the bridge for MCP clients, once after each build"
  scripts/aidis-mcp-bridge.sh --prepare >"$run/logs/aidis-mcp-bridge.prepare.log" 2>&1 </dev/null &
  pid=$!
  if ! ended_within "$start_timeout" "$pid" || ! wait "$pid"; then
    kill -TERM "$pid" 2>/dev/null || true
    warn "Java could not remember the classes of the bridge, which starts as ever; $run/logs/aidis-mcp-bridge.prepare.log says why"
  fi
  printf '%s\n' "$java_version" >"$tried"
}

# The Command service of the other profile is not ours to stop.
warn_of_other_profile() {
  local other=aidis-command-prod pid
  [ "$profile" = dev ] || other=aidis-command-dev
  if pid=$(read_pid_file "$run/$other.pid") && process_alive "$pid" && runs_our_jar "$pid" "$other"; then
    warn "$other still runs (pid $pid); ./stop-aidis.sh stops it, too"
  fi
}

# Two samples cannot listen on one port, and these rank above all that tells them apart.
drop_ports_of_one_server() {
  local name
  for name in SERVER_PORT MANAGEMENT_SERVER_PORT; do
    if [[ ${!name:-} =~ ^0*[1-9][0-9]*$ ]]; then
      warn "$name=${!name} is not handed on to the samples, which cannot share a port"
      unset "$name"
    fi
  done
}

# PORT and AIDIS_HEALTH_PORT rank below these variables: a 0 here would silence them.
use_dynamic_ports() {
  if [ -z "${AIDIS_HEALTH_PORT:-}" ]; then
    export AIDIS_MCP_PORT="${AIDIS_MCP_PORT-0}"
  fi
  if [ -z "${PORT:-}" ]; then
    export AIDIS_COMMAND_DEV_PORT="${AIDIS_COMMAND_DEV_PORT-0}" AIDIS_COMMAND_PROD_PORT="${AIDIS_COMMAND_PROD_PORT-0}"
  fi
}

# Nobody else may read the folder, and it should not turn up in anybody's commits.
create_run_dir() {
  if [ ! -d "$run" ]; then
    (umask 077 && mkdir -p -- "$run" && echo '*' >"$run/.gitignore") || die 1 "cannot create the folder $run"
  fi
  if ! mkdir -p -- "$run/logs" || [ ! -w "$run" ]; then
    die 1 "cannot write to the folder $run"
  fi
}

# Two starts in one checkout at the same time would build over each other and start everything twice.
take_turn() {
  local lock=$run/start-aidis.lock holder said=no
  until (set -o noclobber && echo $$ >"$lock") 2>/dev/null; do
    holder=$(read_pid_file "$lock") || holder=
    if [ -n "$holder" ] && [[ $holder == "$$" || $(process_arguments "$holder") != *start-aidis.sh* ]]; then
      rm -f -- "$lock"
    elif [ "$said" = no ]; then
      echo "Another ./start-aidis.sh is at work here (pid ${holder:-unknown}); waiting for it. Its lock is $lock"
      said=yes
    fi
    sleep 0.2
  done
  trap 'rm -f -- "$run/start-aidis.lock"' EXIT
}

show_registry() {
  local records record name port pid
  printf 'Registry: %s\n' "$registry"
  if ! records=$(registry_records "$registry") || [ -z "$records" ]; then
    return
  fi
  while IFS= read -r record; do
    IFS=$'\037' read -r name port pid _ <<<"$record"
    printf '  %-24s port %-6s pid %-8s %s\n' "$name" "$port" "$pid" "$(coloured_state "$(entry_state "$record")")"
  done <<<"$records"
}

# Whether a service that this script started earlier is still there.
running() { # SERVICE
  local service=$1 file=$run/$1.pid pid
  if pid=$(read_pid_file "$file") && runs_our_jar "$pid" "$service"; then
    echo "$service is already running (pid $pid)"
    warn_of_other_port "$service" "$pid"
    return 0
  fi
  [ ! -e "$file" ] || echo "$service: removed $file, its process is gone"
  rm -f -- "$file"
  return 1
}

# What already runs does not move to a port that is asked for now.
warn_of_other_port() { # SERVICE PID
  local name wanted record port
  name=AIDIS_$(printf '%s' "${1#aidis-}" | tr 'a-z-' 'A-Z_')_PORT
  wanted=${!name:-0}
  record=$(record_of "$1" "$2") || return 0
  IFS=$'\037' read -r _ port _ <<<"$record"
  if [[ $wanted =~ ^([0-9]{1,5})-([0-9]{1,5})$ ]] &&
    ((10#${BASH_REMATCH[1]} <= port && port <= 10#${BASH_REMATCH[2]})); then
    return 0
  fi
  if [ "$wanted" != 0 ] && [ "$wanted" != "$port" ]; then
    warn "$1 runs on port $port and not on $(printable "$wanted"), which $name asks for; run ./stop-aidis.sh first"
  fi
}

# Java starts a sample with half the processor time where it does not have to find the classes in jars within a jar, and has kept them
# as it needs them: by an archive of classes (AppCDS), or as of Java 25 by an AOT cache, which also keeps what the code does. Both are
# made by a start that ends before the web server takes requests.
prepare_where_missing() { # SERVICE...
  local service jar tried=() i
  for service; do
    jar=$(find_jar "$service")
    if [ ! -e "$(preparation "$jar")" ] && can_be_prepared "$jar"; then
      echo "Letting Java remember the classes of $service, once after each build"
      prepare "$service" "$jar" >"$run/logs/$service.prepare.log" 2>&1 </dev/null &
      helpers+=($!)
      tried+=("$service")
    fi
  done
  i=0
  for service in ${tried[@]+"${tried[@]}"}; do
    ended_within "$start_timeout" "${helpers[i]}" || kill -TERM "${helpers[i]}" 2>/dev/null || true
    wait "${helpers[i]}" || true
    i=$((i + 1))
    # Whatever has become of it, the sample can be started without.
    prepared_folder "$(find_jar "$service")" >/dev/null ||
      warn "Java could not remember the classes of $service, which starts as ever; $run/logs/$service.prepare.log says why"
  done
  helpers=()
}

# Prints the file that says what was made of a jar: of its content, since each build gives it the same time, for this Java and these
# options.
preparation() { # JAR
  local key
  key=$({ printf '%s\n' "$java" "$java_version" "${JAVA_OPTS:-}" && cat -- "$1"; } | cksum)
  printf '%s.start/%s\n' "${1%.jar}" "${key/ /-}"
}

# Prints the folder with the jar that was taken apart and its classes; returns 1 where there is none.
prepared_folder() { # JAR
  local made folder
  made=$(preparation "$1")
  [ -f "$made" ] && IFS= read -r folder <"$made" && [ -s "$folder/classes" ] && printf '%s\n' "$folder"
}

# Whether a jar holds what takes it apart.
can_be_prepared() { # JAR
  grep -q -a -e spring-boot-jarmode-tools "$1"
}

# Runs in a process of its own, which is ended by SIGTERM with what it runs.
prepare() { # SERVICE JAR
  local made folder outcome=failed pid=
  made=$(preparation "$2")
  folder=$made.$$
  trap 'kill -KILL "$pid" 2>/dev/null; exit 1' TERM
  mkdir -p -- "${made%/*}" || return
  remove_unused "${made%/*}"
  if take_apart "$2" "$folder" && remember "$1" "$folder/${2##*/}" "$folder/classes" && [ -s "$folder/classes" ]; then
    outcome=$folder
  fi
  printf '%s\n' "$outcome" >"$made.new.$$" && mv -f -- "$made.new.$$" "$made"
}

take_apart() { # JAR FOLDER
  "$java" -Djarmode=tools -jar "$1" extract --destination "$2" &
  pid=$!
  wait "$pid"
}

remember() { # SERVICE JAR CLASSES
  local keep=-XX:ArchiveClassesAtExit=$3 options=() arguments=()
  [ "$java_release" -lt 25 ] || keep=-XX:AOTCacheOutput=$3
  [ "$1" = aidis-mcp ] || arguments=("--spring.profiles.active=$profile")
  read -r -d '' -a options <<<"${JAVA_OPTS:-}" || true
  AIDIS_MCP_PORT=0 AIDIS_COMMAND_DEV_PORT=0 AIDIS_COMMAND_PROD_PORT=0 AIDIS_PORT_REGISTRY=${3%/*}/registry/port-registry.json \
    "$java" "$keep" -Dspring.context.exit=onRefresh ${options[@]+"${options[@]}"} -jar "$2" ${arguments[@]+"${arguments[@]}"} &
  pid=$!
  wait "$pid"
}

# What was made of earlier builds takes a hundred megabytes each, and may still run.
remove_unused() { # FOLDER
  local running old
  running=$(ps -A -ww -o args=) || return 0
  for old in "$1"/*; do
    [[ $running == *"$old"* ]] || rm -rf -- "$old"
  done
}

launch() { # SERVICE
  local service=$1 jar folder options=() arguments=() java_opts=() log=$run/logs/$1.log
  jar=$(find_jar "$service")
  if [ "$AIDIS_START_CACHE" = true ] && folder=$(prepared_folder "$jar"); then
    jar=$folder/${jar##*/}
    options=("-XX:SharedArchiveFile=$folder/classes")
    [ "$java_release" -lt 25 ] || options=("-XX:AOTCache=$folder/classes")
  fi
  [ "$service" = aidis-mcp ] || arguments=("--spring.profiles.active=$profile")
  # What the one before has said may be why it is not there any more.
  [ ! -s "$log" ] || mv -f "$log" "${log%.log}.previous.log"
  # The options are words, as everywhere; read -d '' takes line breaks too, and its status only says that no NUL came.
  read -r -d '' -a java_opts <<<"${JAVA_OPTS:-}" || true
  nohup "$java" ${options[@]+"${options[@]}"} ${java_opts[@]+"${java_opts[@]}"} -jar "$jar" ${arguments[@]+"${arguments[@]}"} \
    </dev/null >"$log" 2>&1 &
  echo $! >"$run/$service.pid"
  started+=("$! $service")
  disown
  echo "Starting $service (pid $!)"
}

find_jar() { # SERVICE
  newest_jar "$(jar_prefix "$1")"
}

build_where_missing() { # SERVICE...
  local service built=no
  for service; do
    if ! find_jar "$service" >/dev/null; then
      [ "$built" = yes ] || build
      built=yes
      find_jar "$service" >/dev/null || die 1 "the build made no $(jar_prefix "$service")*.jar"
    fi
  done
}

build() {
  local maven=${MAVEN:-mvn} log=$run/logs/build.log
  if [ -z "${MAVEN:-}" ] && [ -x ./mvnw ]; then
    maven=./mvnw
  fi
  need "$maven" 'build the samples'
  echo "Building the samples, this takes a while the first time (log: $log)"
  if ! "$maven" -q -DskipTests package </dev/null >"$log" 2>&1; then
    show_log "$log"
    die 1 'the build failed'
  fi
}

# Waits until the registry holds the service with the pid of its pid file, and its health is OK.
wait_until_up() { # SERVICE
  local service=$1 deadline=$((SECONDS + start_timeout)) pid state process
  pid=$(read_pid_file "$run/$service.pid") || fail "$service" 'was stopped while starting'
  until state=$(registered_state "$service" "$pid") && [[ $state == OK* ]]; do
    process_alive "$pid" || fail "$service" 'ended while starting'
    for process in ${started[@]+"${started[@]}"}; do
      process_alive "${process%% *}" || fail "${process#* }" 'ended while starting'
    done
    [ "$SECONDS" -lt "$deadline" ] || fail "$service" "is not up after $start_timeout s: ${state:-it is not in the registry}"
    sleep 0.2
  done
}

# Prints the state of a service's entry that has this pid; returns 1 when there is none.
registered_state() { # SERVICE PID
  local record
  record=$(record_of "$1" "$2") && entry_state "$record"
}

record_of() { # SERVICE PID
  local records record name pid
  records=$(registry_records "$registry" 2>/dev/null) || return 1
  while IFS= read -r record; do
    IFS=$'\037' read -r name _ pid _ <<<"$record"
    # A second instance of a service is registered as "name#2".
    if [ "$pid" = "$2" ] && [ "${name%#*}" = "$1" ]; then
      printf '%s\n' "$record"
      return
    fi
  done <<<"$records"
  return 1
}

show_result() {
  local service pid record port scheme host health
  for service in "${services[@]}"; do
    pid=$(read_pid_file "$run/$service.pid")
    record=$(record_of "$service" "$pid")
    IFS=$'\037' read -r _ port _ _ _ scheme host health _ <<<"$record"
    printf '\n%s\n' "$(colour 1 "$service")"
    printf '  url     %s\n' "$(entry_url "$scheme" "$host" "$port")"
    printf '  health  %s %s\n' "$(health_url "$scheme" "$host" "$port" "$health")" "$(coloured_state "$(entry_state "$record")")"
    printf '  pid     %s\n' "$pid"
    printf '  log     %s\n' "$run/logs/$service.log"
  done
  printf '\nSee them:  scripts/port-discovery.sh\nStop them: ./stop-aidis.sh\n'
}

fail() { # SERVICE WHAT
  show_log "$run/logs/$1.log"
  stop_started
  die 1 "$1 $2"
}

interrupted() { # EXIT-CODE
  warn 'Interrupted.'
  stop_started
  exit "$1"
}

# Takes back what this run started, and leaves alone what ran before.
stop_started() {
  local process pid service
  for pid in ${helpers[@]+"${helpers[@]}"}; do
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
  done
  for process in ${started[@]+"${started[@]}"}; do
    read -r pid service <<<"$process"
    if stop_process "$pid" "$service" "$stop_timeout"; then
      rm -f -- "$run/$service.pid"
    fi
  done
}

show_log() { # FILE
  [ ! -s "$1" ] || { warn "The end of $1:" && tail -n 30 -- "$1" | sed 's/^/  | /' >&2; }
}

main "$@"
