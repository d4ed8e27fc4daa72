# shellcheck shell=bash
# What "port-discovery.sh doctor" does: looks at the registry and its surroundings, changes nothing, and says the way out of what is wrong.
# Sourced, never run.

FINDINGS=0

fine() { # MESSAGE
  printf '%s %s\n' "$(colour 32 ok)     " "$*"
}

note() { # MESSAGE
  printf '%s %s\n' "$(colour 36 note)   " "$*"
}

finding() { # MESSAGE WAY-OUT
  FINDINGS=$((FINDINGS + 1))
  printf '%s %s\n         -> %s\n' "$(colour 31 problem)" "$1" "$2"
}

doctor() { # REGISTRY
  local registry=$1 folder
  case $registry in
    /*) ;;
    *) registry=$PWD/$registry ;;
  esac
  folder=${registry%/*}
  printf 'Registry: %s\n\n' "$(printable "$registry")"
  if doctor_folder "${folder:-/}" && doctor_file "$registry"; then
    doctor_entries "$registry"
  fi
  doctor_lock "$registry.lock"
  doctor_leftovers "$registry" "${folder:-/}"
  doctor_ports
  if [ "$FINDINGS" -eq 0 ]; then
    printf '\nNothing is wrong.\n'
  else
    printf '\n%s found.\n' "$([ "$FINDINGS" -eq 1 ] && echo '1 problem' || echo "$FINDINGS problems")"
    return 3
  fi
}

# --- Folder and file --------------------------------------------------------------------------------------------------

# Says what services refuse to trust: they would be sent wherever whoever writes the registry likes.
doctor_trust() { # PATH
  local path mode uid group_name owner_name rest ok=0
  path=$(printable "$1")
  # The same words on Linux, macOS and the BSDs.
  read -r mode _ uid _ rest <<<"$(LC_ALL=C ls -ldn -- "$1")"
  read -r _ _ owner_name group_name rest <<<"$(LC_ALL=C ls -ld -- "$1")"
  if [[ $mode == l* ]]; then
    finding "$path is a symbolic link, which services refuse" "Put the file there that it leads to, or set AIDIS_PORT_REGISTRY to that."
    return 1
  fi
  if [ "$uid" != "$(id -u)" ] && [ "$uid" != 0 ]; then
    finding "$path belongs to another user ($owner_name)" "Set AIDIS_PORT_REGISTRY to a file in a folder of your own, or aidis.port.registry.shared=true if you trust $owner_name."
    ok=1
  fi
  if [[ $mode == ????????w* ]]; then
    finding "Every user of this machine may write to $path" "chmod go-w '$path', or set AIDIS_PORT_REGISTRY to a file in a folder of your own."
    ok=1
  elif [[ $mode == ?????w* && $owner_name != "$group_name" ]]; then
    finding "The group $group_name may write to $path" "chmod g-w '$path', or set aidis.port.registry.shared=true if you trust the group."
    ok=1
  fi
  return "$ok"
}

doctor_folder() { # FOLDER
  local folder=$1 shown
  shown=$(printable "$folder")
  if [ ! -e "$folder" ]; then
    note "$shown does not exist yet; the first service that registers makes it"
    while [ ! -e "$folder" ] && [ "$folder" != / ]; do
      folder=${folder%/*}
      folder=${folder:-/}
    done
    [ -w "$folder" ] || finding "$(printable "$folder") cannot be written, so no service can make it" "Set AIDIS_PORT_REGISTRY to a file in a folder of your own."
    return 1
  fi
  if [ ! -d "$folder" ]; then
    finding "$shown is no folder" "Remove it, or set AIDIS_PORT_REGISTRY to a file elsewhere."
    return 1
  fi
  if doctor_trust "$folder"; then
    if [ -w "$folder" ] && [ -x "$folder" ]; then
      fine "$shown is a folder of your own that can be written"
    else
      finding "$shown cannot be written, so services run but others cannot find them" "chmod u+rwx '$shown', or set AIDIS_PORT_REGISTRY to a file in a folder of your own."
    fi
  fi
}

doctor_file() { # REGISTRY
  local shown
  shown=$(printable "$1")
  if [ -L "$1" ]; then
    doctor_trust "$1" || return 1
  elif [ ! -e "$1" ]; then
    note "There is no registry yet, so nothing was started here"
    return 1
  elif [ ! -f "$1" ]; then
    finding "$shown is no file" "Remove it: rm -rf '$shown'"
    return 1
  elif [ ! -r "$1" ]; then
    finding "$shown cannot be read" "chmod u+rw '$shown'"
    return 1
  else
    doctor_trust "$1" || true
  fi
}

# --- Entries ----------------------------------------------------------------------------------------------------------

doctor_entries() { # REGISTRY
  local records record name port pid ticks scheme host health instance live=0 foreign='' ports=' ' place
  if ! records=$(registry_records "$1" 2>/dev/null); then
    finding "$(printable "$1") is broken: it should hold one JSON object with an entry per service" \
      "A service that runs repairs it within seconds and keeps a copy. Does none run, remove it: rm '$(printable "$1")'"
    return
  fi
  [ -n "$records" ] || note 'Nothing is registered'
  while IFS= read -r record && [ -n "$record" ]; do
    IFS=$'\037' read -r name port pid ticks _ scheme host health _ instance <<<"$record"
    if ! is_port "$port" || ! is_pid "$pid" || ! entry_url "$scheme" "$host" "$port" >/dev/null || ! is_health_endpoint "$host" "$health"; then
      finding "The entry '$name' has a port, pid, host or health endpoint that is none" \
        "Look-ups never return it. Whoever wrote it should correct it, or remove it from the file."
    elif ! process_alive "$pid" "$ticks"; then
      finding "The entry '$name' is stale: process $pid is gone" \
        "The next service that registers removes it; DELETE /actuator/ports of one that runs does so now."
    else
      live=$((live + 1))
      place=${host:-localhost}:$port
      is_loopback "${host:-localhost}" || note "'$name' is at $place, not on the loopback interface; its health is not asked from here"
      if [[ $ports == *" $place "* ]]; then
        finding "Two live entries are at $place, one of them '$name'" "Only one can listen there; end the other, or remove its entry."
      fi
      ports="$ports$place "
      [ -n "$instance" ] || foreign="$foreign${foreign:+, }$name"
    fi
  done <<<"$records"
  [ -z "$foreign" ] || note "Written by programs that don't use the starter: $foreign. Nobody puts them back when they are lost"
  [ "$live" -eq 0 ] || fine "$live live $([ "$live" -eq 1 ] && echo entry || echo entries)"
}

# --- Lock -------------------------------------------------------------------------------------------------------------

# Prints the process that holds the byte which one writer at a time locks, see LockQueue. Linux alone tells.
lock_holder() { # LOCK-FILE
  local inode kind number pid place first
  read -r inode _ <<<"$(LC_ALL=C ls -di -- "$1")"
  while read -r number kind _ _ pid place first _; do
    # "->" marks those that wait.
    if [[ $number == *: && $kind == POSIX && $place == *":$inode" && $first == 1073741824 ]]; then
      printf '%s\n' "$pid"
      return
    fi
  done </proc/locks
}

doctor_lock() { # LOCK-FILE
  local shown last='' holder again state
  shown=$(printable "$1")
  if [ ! -e "$1" ]; then
    note "$shown does not exist yet; the first writer makes it"
    return
  fi
  if [ ! -f "$1" ] || [ -L "$1" ]; then
    finding "$shown is no regular file, so nobody can take the lock" "Remove it: rm -rf '$shown'"
    return
  fi
  doctor_trust "$1" || return 0
  IFS= read -r last <"$1" || true
  last=$(trim "$(printable "$last")")
  if [ ! -r /proc/locks ]; then
    note "The lock was last taken by process ${last:-unknown}; this system does not tell who holds it now"
    return
  fi
  holder=$(lock_holder "$1")
  if [ -n "$holder" ]; then
    sleep 1
    again=$(lock_holder "$1")
  fi
  if [ -z "$holder" ] || [ "$holder" != "$again" ]; then
    fine "The lock is free, or changes hands as it should"
  else
    state=$(LC_ALL=C ps -o stat= -p "$holder" 2>/dev/null) || state=''
    if [[ $state == T* ]]; then
      finding "The lock is held by process $holder, which is stopped ($last)" "kill -CONT $holder lets it go on; kill -9 $holder ends it and frees the lock."
    else
      finding "The lock has been held by process $holder for a second or longer ($last)" \
        "Writers wait and give up after aidis.port.registry.lock-timeout. If it hangs, kill -9 $holder frees the lock; removing the file does not."
    fi
  fi
}

# --- Leftovers --------------------------------------------------------------------------------------------------------

doctor_leftovers() { # REGISTRY FOLDER
  local file files=() left=0 copies=''
  for file in "$2/.${1##*/}.tmp-"*; do
    [ ! -e "$file" ] || files+=("$file")
  done
  if [ ${#files[@]} -gt 0 ]; then
    # One is there for a moment while a service writes.
    sleep 1
    for file in "${files[@]}"; do
      [ ! -e "$file" ] || left=$((left + 1))
    done
  fi
  if [ "$left" -gt 0 ]; then
    finding "$left temporary $([ "$left" -eq 1 ] && echo file || echo files) of writers that died are left in $(printable "$2")" \
      "The next writer removes them; so does: rm '$(printable "$2")/.$(printable "${1##*/}").tmp-'*"
  fi
  for file in "$1.corrupt-"*; do
    [ ! -e "$file" ] || copies="$copies${copies:+, }$(printable "${file##*/}")"
  done
  if [ -n "$copies" ]; then
    finding "The registry was broken and rebuilt; copies are kept: $copies" \
      "See what broke them (a program that writes the file in place?), then: rm '$(printable "$1").corrupt-'*"
  fi
}

# --- Ports ------------------------------------------------------------------------------------------------------------

# Prints the first and the last of the ports that the system gives to outgoing connections.
ephemeral_ports() {
  local first=49152 last=65535
  if [ -r /proc/sys/net/ipv4/ip_local_port_range ]; then
    read -r first last </proc/sys/net/ipv4/ip_local_port_range
  elif command -v sysctl >/dev/null 2>&1; then
    first=$(sysctl -n net.inet.ip.portrange.first 2>/dev/null) || first=49152
    last=$(sysctl -n net.inet.ip.portrange.last 2>/dev/null) || last=65535
  fi
  printf '%s %s\n' "$first" "$last"
}

doctor_ports() {
  local name value first last from to
  read -r first last <<<"$(ephemeral_ports)"
  for name in $(compgen -e | sort); do
    matches "$name" '^(AIDIS_[A-Z0-9_]*PORT|AIDIS_PORT_(SERVICES_[A-Z0-9_]*)?RANGE|PORT)$' || continue
    value=${!name}
    if matches "$value" '^([0-9]{1,5})[[:space:]]*-[[:space:]]*([0-9]{1,5})$'; then
      from=$((10#${BASH_REMATCH[1]}))
      to=$((10#${BASH_REMATCH[2]}))
    elif is_port "$value"; then
      from=$value
      to=$value
    elif [ "$value" = 0 ] || [[ $value == tcp://* ]]; then
      continue
    else
      finding "$name is '$(printable "$value")', which is no port" "Set it to a port, 0 for any, or a range such as 20000-20099; services skip it."
      continue
    fi
    if [ "$from" -lt 1 ] || [ "$to" -gt 65535 ] || [ "$from" -gt "$to" ]; then
      finding "$name is '$(printable "$value")', which is no range of ports" "Set it to a range such as 20000-20099; services skip it."
    elif [ "$from" -le "$last" ] && [ "$to" -ge "$first" ]; then
      finding "$name=$(printable "$value") overlaps the ports $first-$last, which the system gives to outgoing connections" \
        "Choose ports outside of them: some of these may be taken at any time."
    fi
  done
}
