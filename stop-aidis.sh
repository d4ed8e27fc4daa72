#!/usr/bin/env bash
# Stops what start-aidis.sh started from this checkout.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/scripts/lib.sh"

usage() {
  cat <<'END'
Usage: ./stop-aidis.sh

Stops the samples that ./start-aidis.sh started from this checkout. Each gets AIDIS_STOP_TIMEOUT seconds (15) to end by itself, and
takes its own entry out of the port registry meanwhile. A process that is not one of the samples is never touched.

Exit codes: 0 none of them runs any more; 1 one could not be stopped; 2 wrong usage.
END
}

main() {
  case ${1:-} in
    '') ;;
    -h | --help) usage && return ;;
    *) usage >&2 && exit 2 ;;
  esac
  load_environment
  stop_timeout=$(seconds AIDIS_STOP_TIMEOUT 15)
  run=$(run_dir)
  local service status=0
  found=no
  # The callers of a service go before it.
  for service in aidis-command-dev aidis-command-prod aidis-mcp; do
    stop_service "$service" || status=1
  done
  [ "$found" = yes ] || echo "Nothing was started from here ($run)"
  exit "$status"
}

stop_service() { # SERVICE
  local service=$1 file=$run/$1.pid pid
  [ -e "$file" ] || return 0
  found=yes
  if ! pid=$(read_pid_file "$file"); then
    echo "$service: $file holds no pid, removed it"
  elif ! process_alive "$pid"; then
    echo "$service: was not running any more (pid $pid)"
  elif ! runs_our_jar "$pid" "$service"; then
    echo "$service: was not running any more; pid $pid is another program now and was left alone"
  else
    stop_process "$pid" "$service" "$stop_timeout" || return 1
    echo "$service: stopped (pid $pid)"
  fi
  rm -f -- "$file"
}

main "$@"
