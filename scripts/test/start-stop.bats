#!/usr/bin/env bats
# shellcheck disable=SC2154 # the helper sets variables
# start-aidis.sh and stop-aidis.sh, with stand-ins for Java, Maven and the samples.

load helper

setup() {
  make_checkout
  export AIDIS_START_TIMEOUT=60
  # Takes the samples' command line, as Java would, but runs the stand-in.
  make_command jdk/bin/java <<END
[ "\$1" != -version ] || { echo 'openjdk version "17.0.1" 2021-10-19' >&2; exit; }
exec "$(command -v java)" -XX:TieredStopAtLevel=1 -cp "$BATS_SUITE_TMPDIR/classes" StandIn "\$@"
END
  export JAVA_HOME=$checkout/jdk
  # Builds as quickly as can be.
  make_command mvn <<'END'
echo "mvn $*" >>maven-calls
for module in mcp command; do
  mkdir -p aidis-port-sample-$module/target
  touch aidis-port-sample-$module/target/aidis-port-sample-$module-1.0{,-sources}.jar
done
END
  export MAVEN=$checkout/mvn
}

teardown() {
  AIDIS_STOP_TIMEOUT=0 ./stop-aidis.sh
}

# bats waits for all that has its descriptor 3.
start() {
  run ./start-aidis.sh 3>&-
}

pid_of() {
  cat "run/$1.pid"
}

alive() {
  [[ $(ps -o stat= -p "$1") == [!Z]* ]]
}

@test "start builds, starts both samples, and prints their real URLs and health" {
  start
  exits_with 0
  [ "$(cat maven-calls)" = 'mvn -q -DskipTests package' ]
  local service port
  for service in aidis-mcp aidis-command-dev; do
    alive "$(pid_of "$service")"
    port=$(scripts/port-discovery.sh get "$service" --port)
    contains "$output" "url     http://localhost:$port"
    contains "$output" "health  http://localhost:$port/healthz OK 200"
    contains "$output" "pid     $(pid_of "$service")"
    contains "$output" "log     $checkout/run/logs/$service.log"
    curl --fail --silent --noproxy '*' "http://localhost:$port/healthz"
  done
  contains "$output" './stop-aidis.sh'
}

@test "stop leaves no process, no pid file and an empty registry" {
  start
  local mcp command
  mcp=$(pid_of aidis-mcp)
  command=$(pid_of aidis-command-dev)
  run ./stop-aidis.sh
  exits_with 0
  contains "$output" "aidis-mcp: stopped (pid $mcp)"
  contains "$output" "aidis-command-dev: stopped (pid $command)"
  run ! alive "$mcp"
  run ! alive "$command"
  [ "$(cat "$registry")" = '{}' ]
  [ -z "$(ls run/*.pid run/*.lock 2>/dev/null)" ]
}

@test "start and stop work without jq" {
  make_path_without_jq
  ln -s "$(command -v touch)" "$path_without_jq/touch"
  PATH=$path_without_jq start
  exits_with 0
  contains "$output" 'OK 200'
  PATH=$path_without_jq run ./stop-aidis.sh
  exits_with 0
  [ "$(cat "$registry")" = '{}' ]
}

@test "start works from any folder" {
  cd /
  run "$checkout/start-aidis.sh" 3>&-
  cd "$checkout"
  exits_with 0
  contains "$(cat "$registry")" 'aidis-mcp'
}

@test "the newest jar is started" {
  "$MAVEN"
  local target=aidis-port-sample-mcp/target
  touch -t 202001010000 $target/aidis-port-sample-mcp-{0.9,2.0}.jar
  start
  contains "$(cat run/logs/aidis-mcp.log)" 'aidis-port-sample-mcp-1.0.jar'
}

@test "a second start starts nothing and builds nothing" {
  start
  local mcp command
  mcp=$(pid_of aidis-mcp)
  command=$(pid_of aidis-command-dev)
  MAVEN=/nowhere JAVA_HOME='' start
  exits_with 0
  contains "$output" "aidis-mcp is already running (pid $mcp)"
  contains "$output" "aidis-command-dev is already running (pid $command)"
  contains "$output" 'OK 200'
  [ "$(pid_of aidis-mcp) $(pid_of aidis-command-dev)" = "$mcp $command" ]
}

@test "what runs on another port than is asked for is told, and a range may hold the port" {
  start
  AIDIS_MCP_PORT=1-65535 start
  exits_with 0
  lacks "$output" 'which AIDIS_MCP_PORT asks for'
  AIDIS_MCP_PORT=1-9 start
  contains "$output" 'and not on 1-9, which AIDIS_MCP_PORT asks for'
}

@test "two starts at the same time start each sample once" {
  ./start-aidis.sh >first 2>&1 3>&- &
  local first=$!
  start
  exits_with 0
  wait "$first"
  [ "$(cat first - <<<"$output" | grep -c '^Starting')" -eq 2 ]
}

@test "a lock that a killed start left behind does not stop the next one" {
  echo "$NO_SUCH_PID" >run/start-aidis.lock
  start
  exits_with 0
}

@test "with nothing set the ports are dynamic" {
  start
  contains "$(cat run/logs/aidis-mcp.log)" 'env: AIDIS_MCP_PORT=0'
  contains "$(cat run/logs/aidis-command-dev.log)" 'env: AIDIS_COMMAND_DEV_PORT=0'
}

@test "ports that are set stay, and generic variables are not silenced" {
  AIDIS_MCP_PORT=8080 PORT=9000 start
  contains "$(cat run/logs/aidis-mcp.log)" 'env: AIDIS_MCP_PORT=8080'
  contains "$(cat run/logs/aidis-command-dev.log)" 'env: PORT=9000'
  lacks "$(cat run/logs/aidis-command-dev.log)" 'env: AIDIS_COMMAND_DEV_PORT'
}

@test "a port that both samples would listen on is not handed on" {
  SERVER_PORT=9000 MANAGEMENT_SERVER_PORT=9001 start
  contains "$output" 'MANAGEMENT_SERVER_PORT=9001 is not handed on'
  contains "${output//MANAGEMENT_/}" 'SERVER_PORT=9000 is not handed on'
  lacks "$(cat run/logs/aidis-mcp.log run/logs/aidis-command-dev.log)" 'env: SERVER_PORT'
  lacks "$(cat run/logs/aidis-mcp.log run/logs/aidis-command-dev.log)" 'env: MANAGEMENT_SERVER_PORT'
}

@test "what both samples can have is handed on" {
  SERVER_PORT=0 MANAGEMENT_SERVER_PORT=-1 start
  contains "$(cat run/logs/aidis-mcp.log)" 'env: SERVER_PORT=0'
  contains "$(cat run/logs/aidis-command-dev.log)" 'env: MANAGEMENT_SERVER_PORT=-1'
}

@test "AIDIS_HEALTH_PORT is not silenced" {
  AIDIS_HEALTH_PORT=9000 start
  lacks "$(cat run/logs/aidis-mcp.log)" 'env: AIDIS_MCP_PORT'
}

@test "JAVA_OPTS are words, and only the Command sample gets a profile" {
  JAVA_OPTS=$' -Xmx64m  -Da=*\n-Db=c ' start
  contains "$(cat run/logs/aidis-mcp.log)" "arguments: -Xmx64m -Da=* -Db=c -jar $checkout/aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.jar"
  lacks "$(cat run/logs/aidis-mcp.log)" '--spring.profiles.active'
  contains "$(cat run/logs/aidis-command-dev.log)" '-1.0.jar --spring.profiles.active=dev'
}

# Jars that can be taken apart, and a Java that does it as far as it is asked for here: PREPARE=fails does not.
make_jars_of_boot() { # JAVA-VERSION
  make_command mvn <<'END'
echo "mvn $*" >>maven-calls
for module in mcp command; do
  mkdir -p aidis-port-sample-$module/target
  echo BOOT-INF/lib/spring-boot-jarmode-tools-4.jar >aidis-port-sample-$module/target/aidis-port-sample-$module-1.0.jar
done
END
  make_command jdk/bin/java <<END
[ "\$1" != -version ] || { echo 'openjdk version "$1"' >&2; exit; }
case \$1 in
  -Djarmode=tools)
    [ "\${PREPARE:-}" != fails ] || { echo 'no space left' >&2; exit 1; }
    mkdir -p "\$6" && cp "\$3" "\$6" && exit
    ;;
  -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*)
    echo "\$AIDIS_MCP_PORT \$AIDIS_PORT_REGISTRY \$*" >>training
    [ "\${PREPARE:-}" != dies ] || exit 1
    [ "\${PREPARE:-}" != hangs ] || { echo \$\$ >>hanging; exec sleep 300; }
    echo classes >"\${1#*=}" && exit
    ;;
esac
exec "$(command -v java)" -XX:TieredStopAtLevel=1 -cp "$BATS_SUITE_TMPDIR/classes" StandIn "\$@"
END
}

@test "Java remembers the classes of a sample once after each build" {
  make_jars_of_boot 17.0.1
  local target=$checkout/aidis-port-sample-mcp/target folder log=run/logs/aidis-mcp.log
  AIDIS_MCP_PORT=8080 start
  exits_with 0
  contains "$output" 'Letting Java remember the classes of aidis-mcp'
  folder=$(sed -n 's,.*-XX:ArchiveClassesAtExit=\(.*mcp.*\)/classes .*,\1,p' training)
  [[ $folder == "$target/aidis-port-sample-mcp-1.0.start/"* ]]
  contains "$(cat training)" "0 $folder/registry/port-registry.json -XX:ArchiveClassesAtExit=$folder/classes -Dspring.context.exit=onRefresh"
  contains "$(cat $log)" "arguments: -XX:SharedArchiveFile=$folder/classes -jar $folder/aidis-port-sample-mcp-1.0.jar"
  contains "$(cat run/logs/aidis-command-dev.log)" '/aidis-port-sample-command-1.0.jar --spring.profiles.active=dev'
  start
  contains "$output" 'aidis-mcp is already running'
  ./stop-aidis.sh
  [ ! -e run/aidis-mcp.pid ]
  start
  exits_with 0
  [ "$(wc -l <training)" -eq 2 ]
  ./stop-aidis.sh
  JAVA_OPTS=-Xmx64m start
  [ "$(wc -l <training)" -eq 4 ]
}

@test "a build that gives the jar the time it had before is noticed, and what was made of the one before goes" {
  make_jars_of_boot 17.0.1
  local jar=aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.jar
  start
  ./stop-aidis.sh
  cp -p $jar before
  echo other >>$jar
  touch -r before $jar
  start
  exits_with 0
  [ "$(wc -l <training)" -eq 3 ]
  local folder
  folder=$(ps -ww -o args= -p "$(pid_of aidis-mcp)" | sed 's/.*-jar \(.*\)\/.*/\1/')
  [ "$(cat "$folder"/*.jar)" = "$(cat $jar)" ]
  [ "$(find "$folder/.." -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 1 ]
}

@test "what still runs of an earlier build is left alone" {
  make_jars_of_boot 17.0.1
  start
  local jar=aidis-port-sample-command/target/aidis-port-sample-command-1.0.jar
  echo other >>$jar
  AIDIS_ENV=production start
  exits_with 0
  [ "$(wc -l <training)" -eq 3 ]
  [ "$(find "${jar%.jar}.start" -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 2 ]
}

@test "as of Java 25 it remembers what the code does, too" {
  make_jars_of_boot 25.0.1
  start
  exits_with 0
  contains "$(cat training)" '-XX:AOTCacheOutput='
  contains "$(cat run/logs/aidis-mcp.log)" "arguments: -XX:AOTCache=$checkout/aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.start/"
}

@test "a sample whose classes cannot be remembered is told of once, and started as it is" {
  make_jars_of_boot 17.0.1
  local prepare tries=0
  for prepare in fails dies; do
    PREPARE=$prepare JAVA_OPTS=-D$prepare=1 start
    exits_with 0
    contains "$output" "Java could not remember the classes of aidis-mcp, which starts as ever; $checkout/run/logs/aidis-mcp.prepare.log says why"
    contains "$(cat run/logs/aidis-mcp.log)" "arguments: -D$prepare=1 -jar $checkout/aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.jar"
    ./stop-aidis.sh
    PREPARE=$prepare JAVA_OPTS=-D$prepare=1 start
    exits_with 0
    [[ $output != *'remember'* ]]
    ./stop-aidis.sh
  done
  contains "$(cat training)" -Ddies=1
  tries=$(wc -l <training)
  AIDIS_START_CACHE=false start
  exits_with 0
  [ "$(wc -l <training)" -eq "$tries" ]
  contains "$(cat run/logs/aidis-mcp.log)" "arguments: -jar $checkout/aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.jar"
}

@test "what takes too long to be remembered is given up" {
  make_jars_of_boot 17.0.1
  PREPARE=hangs AIDIS_START_TIMEOUT=2 start
  contains "$output" 'Java could not remember the classes of aidis-mcp'
  nothing_hangs
}

@test "who interrupts a start ends what lets Java remember" {
  make_jars_of_boot 17.0.1
  PREPARE=hangs ./start-aidis.sh >out 2>&1 3>&- &
  local start=$!
  until [ -s hanging ] && [ "$(wc -l <hanging)" -eq 2 ]; do
    kill -0 "$start" || fail_with "$(cat out)" || return 1
    sleep 0.1
  done
  kill -TERM "$start"
  wait "$start" || [ $? -eq 143 ]
  [ ! -e run/aidis-mcp.pid ]
  nothing_hangs
}

nothing_hangs() {
  local pid
  while read -r pid; do
    ! alive "$pid" || { kill "$pid" && fail_with "$pid still runs"; } || return 1
  done <hanging
}

@test "Java remembers the classes of the bridge, too, when the samples are up, and not again" {
  local folder=$checkout/aidis-port-sample-mcp/target/aidis-mcp-bridge
  mkdir -p "$folder"
  touch -t 202001010000 "$folder/aidis-mcp-bridge.jar"
  mv jdk/bin/java jdk/bin/samples
  make_command jdk/bin/java <<'END'
[[ $* == *aidis-mcp-bridge.jar* ]] || exec "${0%/*}/samples" "$@"
[ -z "${BRIDGE:-}" ] || { echo 'no space left' >&2; exit 1; }
for argument; do
  case $argument in
    -XX:ArchiveClassesAtExit=*) ls run/*.pid >"${argument#*=}" ;;
  esac
done
END
  AIDIS_START_CACHE=false start
  lacks "$output" 'classes of the bridge'
  start
  exits_with 0
  contains "$output" 'Letting Java remember the classes of the bridge for MCP clients, once after each build'
  contains "$(cat "$folder/classes.jsa")" run/aidis-command-dev.pid
  start
  lacks "$output" 'classes of the bridge'
  mkdir "$folder/lib"
  touch -t 210001010000 "$folder/lib/library.jar"
  BRIDGE=fails start
  exits_with 0
  contains "$output" "Java could not remember the classes of the bridge, which starts as ever; $checkout/run/logs/aidis-mcp-bridge.prepare.log says why"
  contains "$(cat run/logs/aidis-mcp-bridge.prepare.log)" 'no space left'
  touch -t 202001010000 "$folder/lib/library.jar"
  BRIDGE=fails start
  lacks "$output" 'classes of the bridge'
  alive "$(pid_of aidis-mcp)"
}

@test "AIDIS_ENV=production starts the production Command with dynamic ports" {
  AIDIS_ENV=production start
  exits_with 0
  contains "$output" 'aidis-command-prod'
  [ ! -e run/aidis-command-dev.pid ]
  contains "$(cat run/logs/aidis-command-prod.log)" '--spring.profiles.active=prod'
  contains "$(cat run/logs/aidis-command-prod.log)" 'env: AIDIS_COMMAND_PROD_PORT=0'
  run ./stop-aidis.sh
  contains "$output" 'aidis-command-prod: stopped'
}

@test "AIDIS_RUN_DIR takes registry, logs and pid files, and is nobody else's business" {
  export AIDIS_RUN_DIR=other/run
  start
  exits_with 0
  [[ $(ls -ld other/run) == drwx------* ]]
  [ "$(cat other/run/.gitignore)" = '*' ]
  [ -s other/run/port-registry.json ]
  [ -s other/run/logs/aidis-mcp.log ]
  [ -s other/run/aidis-mcp.pid ]
  run ./stop-aidis.sh
  contains "$output" 'aidis-mcp: stopped'
}

@test "a sample that dies is shown with its log, and what was started is stopped" {
  STAND_IN=command-dies start
  exits_with 1
  contains "$output" 'Port 8080 is in use by somebody else'
  contains "$output" 'aidis-command-dev ended while starting'
  [ "$(cat "$registry")" = '{}' ]
  [ -z "$(ls run/*.pid 2>/dev/null)" ]
}

@test "the log of a sample that ran before is kept" {
  STAND_IN=command-dies start
  start
  exits_with 0
  contains "$(cat run/logs/aidis-command-dev.previous.log)" 'Port 8080 is in use by somebody else'
  [[ $(cat run/logs/aidis-command-dev.log) != *'Port 8080'* ]]
}

@test "a start that fails leaves alone what ran before" {
  start
  local mcp
  mcp=$(pid_of aidis-mcp)
  kill "$(pid_of aidis-command-dev)"
  while alive "$(pid_of aidis-command-dev)"; do :; done
  STAND_IN=command-dies start
  exits_with 1
  contains "$output" 'its process is gone'
  alive "$mcp"
}

@test "start waits for health" {
  STAND_IN=ripens start
  exits_with 0
  lacks "${output#*Starting}" 'DOWN'
}

@test "a sample that dies ends the wait for the other one" {
  STAND_IN='silent command-dies' start
  exits_with 1
  contains "$output" 'aidis-command-dev ended while starting'
}

@test "a sample that registers under another name is given up" {
  AIDIS_START_TIMEOUT=3 STAND_IN=misnamed start
  exits_with 1
  contains "$output" 'aidis-mcp is not up after 3 s: it is not in the registry'
}

@test "a pid file with the pid of another program does not keep a sample from starting" {
  sleep 300 3>&- &
  echo "$!" >run/aidis-mcp.pid
  start
  kill $!
  exits_with 0
  contains "$output" 'Starting aidis-mcp'
}

@test "a sample that never registers is given up in time" {
  AIDIS_START_TIMEOUT=1 STAND_IN=silent start
  exits_with 1
  contains "$output" 'it is not in the registry'
  [ -z "$(ls run/*.pid 2>/dev/null)" ]
}

@test "an entry of somebody else's service does not count as ours" {
  sleep 300 3>&- &
  write_registry "aidis-mcp=\"port\": 1, \"pid\": $!"
  AIDIS_START_TIMEOUT=1 STAND_IN=silent start
  kill $!
  exits_with 1
  contains "$output" 'aidis-mcp is not up after 1 s: it is not in the registry'
}

@test "stale entries are shown before anything starts" {
  write_registry "old=\"port\": 1, \"pid\": $NO_SUCH_PID"
  start
  contains "${output%%Starting*}" 'STALE'
}

@test "a build that fails is shown with the end of its log" {
  make_command mvn <<<'echo "the compiler said no"; exit 1'
  start
  exits_with 1
  contains "$output" 'the compiler said no'
  contains "$output" 'the build failed'
  [ ! -e run/aidis-mcp.pid ]
}

@test "a build that makes no jar is reported" {
  make_command mvn <<<'exit 0'
  start
  exits_with 1
  contains "$output" 'aidis-port-sample-mcp-*.jar'
}

@test "a missing Maven, a missing Java and an old Java are reported" {
  MAVEN=/nowhere/mvn start
  exits_with 1
  contains "$output" "'/nowhere/mvn' was not found"
  make_command jdk/bin/java <<<'echo "openjdk version \"1.8.0_402\"" >&2'
  start
  exits_with 1
  contains "$output" 'Java 17 or later is needed'
  make_path_without_jq
  JAVA_HOME='' PATH=$path_without_jq start
  exits_with 1
  contains "$output" "'java' was not found"
}

@test "a wrong AIDIS_START_CACHE is refused" {
  AIDIS_START_CACHE=maybe start
  exits_with 2
  contains "$output" "AIDIS_START_CACHE is 'maybe'; it should be true or false"
}

@test "a wrong timeout is refused" {
  AIDIS_START_TIMEOUT=soon start
  exits_with 2
  contains "$output" "AIDIS_START_TIMEOUT is 'soon'"
}

@test "an interrupted start stops what it started" {
  STAND_IN=silent ./start-aidis.sh >out 2>&1 3>&- &
  local starting=$! mcp
  until [ -s run/aidis-command-dev.pid ]; do :; done
  mcp=$(pid_of aidis-mcp)
  kill -TERM "$starting"
  local code=0
  wait "$starting" || code=$?
  [ "$code" -eq 143 ]
  run ! alive "$mcp"
  [ -z "$(ls run/*.pid run/*.lock 2>/dev/null)" ]
}

@test "a sample that does not stop in time is killed" {
  STAND_IN=stubborn start
  local mcp
  mcp=$(pid_of aidis-mcp)
  AIDIS_STOP_TIMEOUT=1 run ./stop-aidis.sh
  exits_with 0
  contains "$output" 'did not end within 1 s, killed'
  run ! alive "$mcp"
}

@test "stop never touches a process that is not a sample of this checkout" {
  local jar=/another/checkout/aidis-port-sample-mcp/target/aidis-port-sample-mcp-1.0.jar foreign
  bash -c 'exec -a "java -jar $0" sleep 300' "$jar" 3>&- &
  local neighbour=$!
  sleep 300 3>&- &
  local stranger=$!
  until [ "$(ps -o comm= -p "$neighbour")" = sleep ]; do :; done
  for foreign in "$neighbour" "$stranger"; do
    echo "$foreign" >run/aidis-mcp.pid
    run ./stop-aidis.sh
    exits_with 0
    alive "$foreign"
    contains "$output" "pid $foreign is another program now and was left alone"
    [ ! -e run/aidis-mcp.pid ]
  done
  kill "$neighbour" "$stranger"
}

@test "stop takes nonsense in a pid file for no pid" {
  local content
  # shellcheck disable=SC2016 # must stay as it is
  for content in '' 'abc' '-1' '0' '1 -9' '$(touch executed)' '99999999999'; do
    printf '%s' "$content" >run/aidis-mcp.pid
    run ./stop-aidis.sh
    exits_with 0
    contains "$output" 'holds no pid'
    [ ! -e run/aidis-mcp.pid ]
  done
  [ ! -e executed ]
}

@test "stop exits with 0 when nothing runs" {
  run ./stop-aidis.sh
  exits_with 0
  contains "$output" 'Nothing was started from here'
  echo "$NO_SUCH_PID" >run/aidis-mcp.pid
  run ./stop-aidis.sh
  exits_with 0
  contains "$output" 'was not running any more'
}

@test "both show their usage, and refuse other arguments" {
  local script
  for script in ./start-aidis.sh ./stop-aidis.sh; do
    run "$script" --help
    exits_with 0
    contains "$output" 'Exit codes'
    run "$script" bogus
    exits_with 2
    contains "$output" 'Usage:'
  done
}
