# Shared by the scripts of this folder; sourced, never run. Needs bash 3.2 or newer.
# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is used by the scripts that source this file

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# Everything that the local start creates, data included; native-check uses other folders.
local_dir=${TENANTRY_LOCAL_DIR:-$root/target/local}
launcher=local-stack/launcher
env_file=$local_dir/env
# Has the time at which the sources were last packaged.
stamp=$root/target/local-build.stamp
# Exists while classes are those that quick_build compiled without checks.
unchecked=$root/target/unchecked

minimum_java=25
minimum_maven=3.8.7
minimum_node=20.19

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Prints one line about a finished step: name, details, seconds.
done_line() { printf '  %-18s %-50s %4d s\n' "$1" "$2" "$3"; }

# --- What is installed -------------------------------------------------------------------------------------------

# The major version of the JDK in a folder; empty if there is none.
java_major() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

java_candidates() {
  printf '%s\n' "${JAVA_HOME:-}"
  local javac
  if javac=$(command -v javac) && javac=$(readlink -f "$javac" 2>/dev/null); then
    dirname "$(dirname "$javac")"
  fi
  local folder
  for folder in /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    printf '%s\n' "$folder"
  done
}

# The folder of the oldest JDK that is new enough: the build was tested with that version.
find_java() {
  local folder major
  if [ -n "${TENANTRY_JAVA_HOME:-}" ]; then
    major=$(java_major "$TENANTRY_JAVA_HOME")
    [ "${major:-0}" -ge "$minimum_java" ] || return 1
    printf '%s\n' "$TENANTRY_JAVA_HOME"
    return
  fi
  java_candidates | while IFS= read -r folder; do
    major=$(java_major "$folder")
    if [ "${major:-0}" -ge "$minimum_java" ]; then
      printf '%s %s\n' "$major" "$folder"
    fi
  done | sort -n -s -k 1,1 | sed -n '1s/^[0-9]* //p' | grep .
}

# Whether the first version is at least the second.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)" = "$2" ]
}

# Maven's program. Needs JAVA_HOME.
find_maven() {
  local program version
  for program in "$(command -v mvn || true)" "${MAVEN_HOME:-}/bin/mvn" /usr/share/maven/bin/mvn /opt/*maven*/bin/mvn \
    "$HOME/.sdkman/candidates/maven/current/bin/mvn" /opt/homebrew/bin/mvn /usr/local/bin/mvn; do
    [ -x "$program" ] || continue
    # From another folder: the checkout's .mvn is for builds.
    version=$(cd / && "$program" -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p') || continue
    if [ -n "$version" ] && at_least "$version" "$minimum_maven"; then
      printf '%s\n' "$program"
      return
    fi
  done
  return 1
}

# The folder of the newest PostgreSQL that has the server and the programs for backups.
find_postgres() {
  local folder version
  if [ -n "${TENANTRY_POSTGRES_BIN:-}" ]; then
    is_postgres "$TENANTRY_POSTGRES_BIN" && printf '%s\n' "$TENANTRY_POSTGRES_BIN"
    return
  fi
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
    /usr/local/opt/postgresql@*/bin /usr/local/pgsql/bin "$(dirname "$(command -v postgres || printf '/-/-')")" \
    "$(pg_config --bindir 2>/dev/null || true)"; do
    is_postgres "$folder" || continue
    version=$("$folder/postgres" --version | sed 's/.*(PostgreSQL) \([0-9]*\).*/\1/')
    printf '%s %s\n' "$version" "$folder"
  done | sort -n -r -s -k 1,1 | sed -n '1s/^[0-9]* //p' | grep .
}

# Node.js' version, if it is there with npm; empty otherwise.
node_version() {
  if command -v npm >/dev/null; then
    node --version 2>/dev/null | sed 's/^v//'
  fi
}

# Chromium's program, or that of a browser with the same engine.
find_chromium() {
  local program
  for program in "${CHROMIUM:-}" chromium chromium-browser google-chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$program" && return
  done
  return 1
}

is_postgres() { [ -x "$1/postgres" ] && [ -x "$1/initdb" ] && [ -x "$1/pg_dump" ] && [ -x "$1/psql" ]; }

# --- What is missing ---------------------------------------------------------------------------------------------

# Runs a command as root; fails if that needs a password and there is no terminal to ask for it.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    sudo "$@"
  else
    return 1
  fi
}

# Installs packages if apt-get exists and may be used; prints a line first.
apt_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || return 1
  say "  installing with apt-get: $*"
  # The lists of packages may be old or missing.
  apt_get install --no-install-recommends "$@" || { apt_get update && apt_get install --no-install-recommends "$@"; }
}

apt_get() {
  mkdir -p "$root/target"
  # dpkg needs the folders of root's programs, too.
  as_root env "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin" DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" \
    >>"$root/target/apt-get.log" 2>&1 </dev/null
}

# The version of a package that apt-get would install; empty if there is none.
apt_version() {
  command -v apt-cache >/dev/null || return 0
  apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9][0-9.]*\).*/\1/p'
}

# Debian's package would start a server on port 5432, which is not wanted here.
install_postgres() {
  apt_install postgresql-common || return 1
  local setting=/etc/postgresql-common/createcluster.conf
  if [ -f "$setting" ] && ! grep -Eq '^ *create_main_cluster' "$setting"; then
    say "  setting create_main_cluster = false in $setting, so that the system starts no server"
    printf '%s\n' 'create_main_cluster = false' | as_root tee -a "$setting" >/dev/null || return 1
  fi
  apt_install postgresql
}

# Finds everything that is needed or installs it: exports JAVA_HOME and a PATH with PostgreSQL's programs, so that the services
# find a pg_dump that is no older than the server; sets mvn and postgres_bin. Exits with one line if it
# cannot.
require_prerequisites() {
  local found missing=
  if ! found=$(find_java); then
    if [ -n "${TENANTRY_JAVA_HOME:-}" ]; then
      fail "TENANTRY_JAVA_HOME=$TENANTRY_JAVA_HOME is not a JDK $minimum_java or newer"
    fi
    apt_install "openjdk-$minimum_java-jdk-headless" || true
    found=$(find_java) || missing="$missing, a JDK $minimum_java or newer (TENANTRY_JAVA_HOME may name its folder)"
  fi
  if [ -n "$found" ]; then
    export JAVA_HOME=$found
    if ! mvn=$(find_maven); then
      apt_install maven || true
      mvn=$(find_maven) || missing="$missing, Maven $minimum_maven or newer"
    fi
  elif ! command -v mvn >/dev/null; then
    # Its version can only be read with a JDK.
    missing="$missing, Maven $minimum_maven or newer"
  fi
  if ! found=$(find_postgres); then
    if [ -n "${TENANTRY_POSTGRES_BIN:-}" ]; then
      fail "TENANTRY_POSTGRES_BIN=$TENANTRY_POSTGRES_BIN lacks one of postgres, initdb, psql and pg_dump"
    fi
    install_postgres || true
    found=$(find_postgres) || missing="$missing, PostgreSQL's server and clients (TENANTRY_POSTGRES_BIN may name their folder)"
  fi
  if [ -n "$missing" ]; then
    fail "please install first: ${missing#, }"
  fi
  postgres_bin=$found
  export PATH=$postgres_bin:$PATH
}

# Finds Node.js with npm, which build the console's web app, or installs them, unless the distribution has an older one.
# Exits with one line if it cannot.
require_node() {
  local found offered
  found=$(node_version)
  if at_least "$found" "$minimum_node"; then
    return
  fi
  offered=$(apt_version nodejs)
  if [ -z "$offered" ] && command -v apt-get >/dev/null; then
    say "  updating apt-get's lists of packages"
    apt_get update || true
    offered=$(apt_version nodejs)
  fi
  if at_least "$offered" "$minimum_node"; then
    apt_install nodejs || true
    # In some repositories' nodejs it is contained.
    command -v npm >/dev/null || apt_install npm || true
  fi
  at_least "$(node_version)" "$minimum_node" ||
    fail "please install first: Node.js $minimum_node or newer with npm, for the console's web app (installed: ${found:-none}," \
      "the distribution has: ${offered:-none}), for example from https://nodejs.org/en/download"
}

# Finds Chromium for the tests in a browser, or installs it; exports its program as CHROMIUM. Exits with one line if it cannot.
require_chromium() {
  # Without fonts, pages have no text.
  find_chromium >/dev/null || apt_install chromium fonts-liberation || true
  CHROMIUM=$(find_chromium) ||
    fail "please install first: Chromium or Chrome, for the tests in a browser (CHROMIUM may name its program)"
  export CHROMIUM
}

# Whether Maven's arguments include the console: they name it, or no module.
includes_console() {
  case " $* " in
    *[\ ,:/-]console[\ ,]*) return 0 ;;
    *' -pl '* | *' --projects'*) return 1 ;;
  esac
}

# --- Building ----------------------------------------------------------------------------------------------------

# Packages modules (comma-separated) and their dependencies in parallel, without tests and checks.
quick_build() {
  mkdir -p "$root/target"
  touch "$unchecked"
  # For such a short run the second JIT compiler costs more than it gains: a quarter of the CPU time.
  (cd "$root" && MAVEN_OPTS="-XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" "$mvn" -q -B -ntp -T 1C -Dquick -pl "$1" -am package) </dev/null
}

# Types, lint and tests of the console's web app, which need no browser.
check_webui() {
  say "checking the console's web app"
  "$root/console/src/main/script/webui" check </dev/null
}

# Makes Maven compile again what was compiled without checks; by itself it only checks whether sources have changed.
compile_again() {
  [ -e "$unchecked" ] || return 0
  (cd "$root" && rm -rf -- */target/maven-status */*/target/maven-status)
  rm -f "$unchecked"
}

# The class path of the programs in the launcher's module.
launcher_classpath() {
  printf '%s:%s' "$(ls "$root/$launcher"/target/tenantry-local-stack-launcher-*.jar)" \
    "$(cat "$root/$launcher/target/launcher.classpath")"
}

# --- What is running ---------------------------------------------------------------------------------------------

arguments_of() {
  if [ -r "/proc/$1/cmdline" ]; then
    tr '\0' ' ' <"/proc/$1/cmdline"
  else
    ps -o args= -p "$1" 2>/dev/null
  fi
}

# The process id in a file, if that process runs a Java program of this name; fails otherwise.
running_program() {
  local pid
  [ -r "$1" ] || return 1
  pid=$(cat "$1")
  kill -0 "$pid" 2>/dev/null || return 1
  case "$(arguments_of "$pid" || true)" in
    *"$2"*) printf '%s\n' "$pid" ;;
    *) return 1 ;;
  esac
}

# The process id of the launcher that runs from this checkout; fails if there is none.
running_launcher() {
  running_program "$local_dir/owner" io.tenantry.localstack.up.Up
}

# The process id of the test stack; fails if there is none.
running_stack() {
  running_program "$root/target/test-stack/pid" io.tenantry.localstack.StackProgram
}
