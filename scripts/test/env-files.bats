#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # variables come from the helper and from the files that are read
# How the scripts read .env files.

load helper

setup() {
  make_checkout
  # shellcheck source=scripts/lib.sh
  . "$checkout/scripts/lib.sh"
}

@test "values may be quoted, exported, commented and followed by spaces" {
  cat >.env <<'END'
# A comment
AIDIS_A=1
  AIDIS_B = 2
export AIDIS_C=3 # a comment
AIDIS_D="4 # no comment" # a comment
AIDIS_E='five "5"'
AIDIS_F=six#6

AIDIS_G=
AIDIS_H= # only a comment
AIDIS_I="open
AIDIS_J=a=b
AIDIS_K=last
END
  printf 'AIDIS_L=carriage\r\nAIDIS_M=no line end' >>.env
  load_environment
  [ "$AIDIS_A" = 1 ]
  [ "$AIDIS_B" = 2 ]
  [ "$AIDIS_C" = 3 ]
  [ "$AIDIS_D" = '4 # no comment' ]
  [ "$AIDIS_E" = 'five "5"' ]
  [ "$AIDIS_F" = 'six#6' ]
  [ "${AIDIS_G-unset}" = '' ]
  [ "${AIDIS_H-unset}" = '' ]
  [ "$AIDIS_I" = '"open' ]
  [ "$AIDIS_J" = 'a=b' ]
  [ "$AIDIS_K" = last ]
  [ "$AIDIS_L" = carriage ]
  [ "$AIDIS_M" = 'no line end' ]
  [ "$(bash -c 'echo "$AIDIS_A"')" = 1 ]
}

@test "nothing in a file is executed or expanded" {
  cat >.env <<'END'
AIDIS_A=$(touch executed)
AIDIS_B=`touch executed`
AIDIS_C="$HOME"
AIDIS_D=x; touch executed
touch executed
AIDIS_E[$(touch executed)]=1
AIDIS_É=1
AIDIS_F=~
AIDIS_G=*
END
  load_environment
  [ ! -e executed ]
  # shellcheck disable=SC2016 # must stay as it is
  [ "$AIDIS_A" = '$(touch executed)' ]
  # shellcheck disable=SC2016 # must stay as it is
  [ "$AIDIS_C" = '$HOME' ]
  [ "$AIDIS_D" = 'x; touch executed' ]
  [ "$AIDIS_F" = '~' ]
  [ "$AIDIS_G" = '*' ]
}

@test "a line that is no assignment is ignored and named" {
  printf 'AIDIS_A=1\nnonsense\nAIDIS_B=2\n' >.env
  run load_environment
  exits_with 0
  contains "$output" "$checkout/.env:2:"
  load_environment
  [ "$AIDIS_A$AIDIS_B" = 12 ]
}

@test "only variables of this project are taken" {
  cat >.env <<'END'
PATH=/nowhere
LD_PRELOAD=/nowhere
BASH_ENV=/nowhere
MAVEN=/nowhere
aidis_x=1
PORT=9001
SPRING_PROFILES_ACTIVE=x
JAVA_OPTS=-Xmx64m
END
  local path=$PATH
  load_environment
  [ "$PATH" = "$path" ]
  [ -z "${LD_PRELOAD+set}${BASH_ENV+set}${MAVEN+set}${aidis_x+set}" ]
  [ "$PORT" = 9001 ]
  [ "$SPRING_PROFILES_ACTIVE" = x ]
  [ "$JAVA_OPTS" = -Xmx64m ]
}

@test "the environment wins over .env, even when it is empty, and .env wins over the file of AIDIS_ENV" {
  printf 'AIDIS_MCP_PORT=1\nAIDIS_COMMAND_DEV_PORT=2\nAIDIS_X=3\n' >.env
  export AIDIS_MCP_PORT=9 AIDIS_X='' AIDIS_ENV=development
  load_environment
  [ "$AIDIS_MCP_PORT" = 9 ]
  [ "$AIDIS_X" = '' ]
  [ "$AIDIS_COMMAND_DEV_PORT" = 2 ]
  [ "$AIDIS_MCP_BRIDGE_PORT" = 8081 ]
}

@test "the last of two lines in one file wins" {
  printf 'AIDIS_A=1\nAIDIS_A=2\n' >.env
  load_environment
  [ "$AIDIS_A" = 2 ]
}

@test "the files of both environments hold the documented ports" {
  (AIDIS_ENV=development load_environment && [ "$AIDIS_MCP_PORT $AIDIS_MCP_BRIDGE_PORT" = '8080 8081' ] &&
    [ "$AIDIS_COMMAND_DEV_PORT $AIDIS_COMMAND_PROD_PORT" = '5000 5001' ])
  (AIDIS_ENV=production load_environment && [ "$AIDIS_MCP_PORT $AIDIS_MCP_BRIDGE_PORT $AIDIS_COMMAND_PROD_PORT" = '0 0 0' ])
}

@test "the example is a valid file that sets nothing until a line is uncommented" {
  cp config/environments/.env.example .env
  run load_environment
  exits_with 0
  [ -z "$output" ]
  load_environment
  [ -z "${!AIDIS_@}" ]
  sed -i.bak 's/^#\([A-Z_]*=\)/\1/' .env
  run load_environment
  exits_with 0
  load_environment
  [ "$AIDIS_MCP_PORT" = 0 ]
}

@test "an unknown AIDIS_ENV is refused by every script" {
  local script
  for script in ./start-aidis.sh ./stop-aidis.sh scripts/port-discovery.sh; do
    AIDIS_ENV=../../x run "$script"
    exits_with 2
    contains "$output" "'development' or 'production'"
  done
}

@test "relative paths count from where they are written" {
  printf 'AIDIS_PORT_REGISTRY=from/file.json\n' >.env
  mkdir elsewhere
  cd elsewhere
  run ../scripts/port-discovery.sh
  contains "$output" "Registry: $checkout/from/file.json"
  AIDIS_PORT_REGISTRY=here.json run ../scripts/port-discovery.sh
  contains "$output" "Registry: $checkout/elsewhere/here.json"
}
