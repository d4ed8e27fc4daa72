#!/usr/bin/env bats
# shellcheck disable=SC2154 # the helper sets variables
# run-samples.sh, with stand-ins for Maven and the samples. That the samples run so is a test of Maven's.

load helper

setup() {
  make_checkout
  # Says what a sample says, and misbehaves as STAND_IN wants.
  make_command jdk/bin/java <<'END'
[ "$1" != -version ] || { echo 'openjdk version "17.0.1" 2021-10-19' >&2; exit; }
case $* in *sample-mcp*) name=aidis-mcp ;; *) name=aidis-command-dev ;; esac
echo "$$" >"$name.pid"
printf '%s\n' "$@" >"$name.arguments"
printf '%s' "${PORT:-}" "${SERVER_PORT:-}" "${MANAGEMENT_SERVER_PORT:-}" "${SPRING_APPLICATION_NAME:-}" "${SPRING_PROFILES_ACTIVE:-}" \
  >"$name.variables"
case $STAND_IN in
  "$name-dies")
    until [ -s aidis-mcp.pid ]; do sleep 0.1; done
    echo 'Each endpoint must be a URL' && exit 1
    ;;
  away) echo "WARN : Service '$name' runs, but others cannot find it for now; nobody listens there" ;;
  stubborn) trap '' TERM ;;
esac
echo "INFO : Service '$name' is at http://localhost:$$ (requested port $AIDIS_MCP_PORT$AIDIS_COMMAND_DEV_PORT), registered in it"
[ "$STAND_IN" = slow ] || echo 'INFO : Started SomeApplication in 1.0 seconds'
[ "$STAND_IN" != eureka-away ] || echo 'WARN : Request execution failed with message: Connection refused'
while [ ! -e "$name.end" ]; do sleep 0.1; done
END
  make_command mvn <<'END'
printf '%s\n' "$@" >maven-arguments
for argument; do [[ $argument != -P* ]] || registry=${argument#-P}; done
for module in mcp command; do
  mkdir -p aidis-port-sample-$module/target/"$registry"
  touch aidis-port-sample-$module/target/"$registry"/aidis-port-sample-$module-1.0.jar{,.original}
done
END
  export JAVA_HOME=$checkout/jdk MAVEN=$checkout/mvn TMPDIR=$checkout/tmp STAND_IN=''
  mkdir "$TMPDIR"
  samples=''
}

# Nothing may be left of any test.
teardown() {
  local file
  [ -z "$samples" ] || kill "$samples" 2>/dev/null || true
  for file in "$checkout"/*.pid; do
    [ ! -e "$file" ] || kill -KILL "$(cat "$file")" 2>/dev/null || true
  done
}

# bats waits for all that has its descriptor 3.
run_samples() {
  # What another run has printed must not be taken for this one's before this one has begun.
  : >"$checkout/out"
  "$checkout/scripts/run-samples.sh" "$@" >"$checkout/out" 2>&1 3>&- &
  samples=$!
}

prints() { # TEXT
  local deadline=$((SECONDS + 60))
  until grep -qF -e "$1" out; do
    { [ "$SECONDS" -lt "$deadline" ] && kill -0 "$samples" 2>/dev/null; } || fail_with "expected: $1" "in: $(cat out)" || return 1
    sleep 0.1
  done
}

ends_with() { # EXIT-CODE
  local code=0
  wait "$samples" || code=$?
  [ "$code" -eq "$1" ] || fail_with "expected exit code $1, was $code" "$(cat out)"
}

nothing_runs() {
  local name
  for name in aidis-mcp aidis-command-dev; do
    [ -s "$name.pid" ] || fail_with "$name was never started" || return 1
    run ! kill -0 "$(cat "$name.pid")"
  done
}

@test "both samples are built, started at any port, told of and ended" {
  AIDIS_MCP_PORT=1 AIDIS_COMMAND_DEV_PORT=2 JAVA_OPTS=' -Xmx64m  -Da=b ' run_samples etcd http://localhost:1,http://localhost:2
  prints 'Ctrl-C ends both'
  [[ $(cat maven-arguments) == *-DskipTests*-Petcd*package ]]
  prints "Service 'aidis-mcp' is at http://localhost:$(cat aidis-mcp.pid) (requested port 00), registered in it"
  prints "Service 'aidis-command-dev' is at http://localhost:$(cat aidis-command-dev.pid) (requested port 00)"
  local module=aidis-port-sample-command
  [ "$(cat aidis-command-dev.arguments)" = "$(printf '%s\n' -Xmx64m -Da=b -jar $module/target/etcd/$module-1.0.jar \
    --aidis.port.registry.engine=etcd --aidis.port.registry.etcd.endpoints=http://localhost:1,http://localhost:2)" ]
  kill -TERM "$samples"
  ends_with 0
  nothing_runs
  [ -z "$(ls "$TMPDIR")" ]
}

@test "what is set for other services of the terminal reaches neither sample" {
  PORT=1 SERVER_PORT=2 MANAGEMENT_SERVER_PORT=3 SPRING_APPLICATION_NAME=other SPRING_PROFILES_ACTIVE=prod run_samples etcd
  prints 'Ctrl-C ends both'
  [ -z "$(cat aidis-mcp.variables aidis-command-dev.variables)" ]
  kill -TERM "$samples"
  ends_with 0
}

@test "each registry has its options, and an address that is the default" {
  local registry
  for registry in etcd zookeeper eureka; do
    run_samples "$registry"
    prints 'Ctrl-C ends both'
    kill -TERM "$samples"
    ends_with 0
    cat aidis-mcp.arguments >>all
  done
  contains "$(cat all)" '--aidis.port.registry.etcd.endpoints=http://localhost:2379'
  contains "$(cat all)" '--spring.cloud.zookeeper.connect-string=localhost:2181'
  contains "$(cat all)" '--eureka.client.service-url.defaultZone=http://localhost:8761/eureka/'
  [ "$(grep -c -e '--aidis.port.registry.engine=spring-cloud' all)" -eq 2 ]
}

@test "what is no registry, and more than an address, is refused before anything is built" {
  local arguments
  for arguments in '' consul 'etcd http://localhost:1 http://localhost:2'; do
    # shellcheck disable=SC2086 # words
    run scripts/run-samples.sh $arguments
    exits_with 2
    contains "$output" 'Usage:'
  done
  run scripts/run-samples.sh consul
  contains "$output" "There is no registry 'consul'"
  [ ! -e maven-arguments ]
}

@test "what is no address is refused before anything is built" {
  local call registry address
  for call in 'etcd localhost:2379' 'etcd http://a:1,b:2' 'etcd http://' 'zookeeper localhost' 'zookeeper http://localhost:2181' \
    'zookeeper a:b' 'eureka localhost:8761' 'eureka ftp://localhost' $'eureka \e[31m'; do
    registry=${call%% *} address=${call#* }
    run scripts/run-samples.sh "$registry" "$address"
    exits_with 2
    contains "$output" "the address of $registry is '${address//$'\e'/?}'; it should be like "
  done
  [ ! -e maven-arguments ]
}

@test "several servers, a folder of ZooKeeper and an IPv6 address are addresses" {
  local call
  for call in 'etcd https://[::1]:2379' 'zookeeper a:2181,[::1]:2182/services' 'eureka http://u:p@a:1/eureka/,https://b/eureka'; do
    run_samples "${call%% *}" "${call#* }"
    prints 'Ctrl-C ends both'
    kill -TERM "$samples"
    ends_with 0
    contains "$(cat aidis-mcp.arguments)" "=${call#* }"
  done
}

@test "usage is shown to who asks for it, wherever" {
  run scripts/run-samples.sh --help
  exits_with 0
  contains "$output" 'Exit codes'
  run scripts/run-samples.sh etcd -h
  exits_with 0
  [ ! -e maven-arguments ]
}

@test "it works from any folder" {
  cd /
  run_samples eureka
  cd "$checkout"
  prints 'Ctrl-C ends both'
  kill -TERM "$samples"
  ends_with 0
}

@test "a sample that does not start is shown with the end of its log, which stays, and the other one is ended" {
  STAND_IN=aidis-command-dev-dies run_samples etcd
  ends_with 1
  prints '  | Each endpoint must be a URL'
  prints 'aidis-command-dev did not start'
  nothing_runs
  local log
  log=$(sed -n 's/^The end of \(.*\):$/\1/p' out)
  [ "$(cat "$log")" = 'Each endpoint must be a URL' ]
}

@test "a sample that ends by itself ends both" {
  run_samples etcd
  prints 'Ctrl-C ends both'
  touch aidis-mcp.end
  ends_with 1
  prints 'aidis-mcp has ended by itself'
  nothing_runs
}

@test "a registry out of reach is told of once for each sample, beside their URLs" {
  local stand_in
  for stand_in in away eureka-away; do
    STAND_IN=$stand_in run_samples etcd
    prints "Service 'aidis-mcp' runs, but "
    prints "Service 'aidis-command-dev' runs, but "
    prints "Service 'aidis-mcp' is at http://localhost:"
    kill -TERM "$samples"
    ends_with 0
    [ "$(grep -c 'runs, but ' out)" -eq 2 ]
  done
}

@test "a sample that does not end in time is killed" {
  STAND_IN=stubborn AIDIS_STOP_TIMEOUT=1 run_samples etcd
  prints 'Ctrl-C ends both'
  kill -TERM "$samples"
  ends_with 0
  prints 'did not end within 1 s, killed'
  nothing_runs
}

@test "who interrupts a start ends what has been started" {
  STAND_IN=slow run_samples etcd
  until [ -s aidis-mcp.pid ] && [ -s aidis-command-dev.pid ]; do
    kill -0 "$samples" || fail_with "$(cat out)" || return 1
    sleep 0.1
  done
  kill -TERM "$samples"
  ends_with 0
  nothing_runs
}

@test "a build that fails, or makes no jar, is told" {
  make_command mvn <<<'echo "the compiler said no"; exit 1'
  run scripts/run-samples.sh etcd
  exits_with 1
  contains "$output" 'the compiler said no'
  contains "$output" 'the build failed'
  make_command mvn <<<'exit 0'
  run scripts/run-samples.sh etcd
  exits_with 1
  contains "$output" 'the build made no aidis-port-sample-mcp/target/etcd/aidis-port-sample-mcp-*.jar'
  [ -z "$(ls "$TMPDIR")" ]
}

@test "a missing Maven and an old Java are told" {
  MAVEN=/nowhere/mvn run scripts/run-samples.sh etcd
  exits_with 1
  contains "$output" "'/nowhere/mvn' was not found"
  make_command jdk/bin/java <<<'echo "openjdk version \"1.8.0_402\"" >&2'
  run scripts/run-samples.sh etcd
  exits_with 1
  contains "$output" 'Java 17 or later is needed'
}
