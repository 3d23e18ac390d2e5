#!/usr/bin/env bash
# Grants each of Tenantry's services what it needs on Kafka, and nothing else. Needs bash 3.2 or newer.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: deploy/kafka/acls.sh [options]

Prints the kafka-acls commands that grant each of Tenantry's services its rights on topics and groups. With --apply
it runs them; running them again changes nothing. Everyone else has no right as long as the brokers have an authorizer
(authorizer.class.name) and not allow.everyone.if.no.acl.found=true.

  --apply                        run the commands instead of printing them
  --bootstrap-server HOST:PORT   the brokers; localhost:9092 if not given
  --command-config FILE          client settings of a principal that may change ACLs (security.protocol, sasl.…)
  --kafka-acls PROGRAM           the program; kafka-acls.sh or kafka-acls of the PATH if not given
  --tenant-service PRINCIPAL     User:tenant-service if not given
  --ingestion-service PRINCIPAL  User:ingestion-service if not given
  --backup-service PRINCIPAL     User:backup-service if not given
  --console PRINCIPAL            the web console; no rights if not given
  --commander PRINCIPAL          may send commands to all three command topics; may be given several times
  --event-reader PRINCIPAL       may read tenants' and operations' events, in groups whose names start with
                                 PRINCIPAL's name and a hyphen; may be given several times
  --audit-reader PRINCIPAL       may read the audit stream, in the same groups; may be given several times
  --dead-letter-reader PRINCIPAL may read the services' dead letter topics, in the same groups; several times
  --ingestion-topic NAME         the value of INGESTION_TOPIC; ingestion-events if not given
  -h, --help                     this text
TEXT
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

apply=no
server=localhost:9092
config=
program=
tenant_service=User:tenant-service
ingestion_service=User:ingestion-service
backup_service=User:backup-service
console=
commanders=()
event_readers=()
audit_readers=()
dead_letter_readers=()
events=ingestion-events

while [ $# -gt 0 ]; do
  case $1 in
    --apply)
      apply=yes
      shift
      continue
      ;;
    -h | --help)
      usage
      exit
      ;;
  esac
  [ $# -gt 1 ] || fail "$1 is not an option, or lacks its value; --help lists the options"
  case $1 in
    --bootstrap-server) server=$2 ;;
    --command-config) config=$2 ;;
    --kafka-acls) program=$2 ;;
    --tenant-service) tenant_service=$2 ;;
    --ingestion-service) ingestion_service=$2 ;;
    --backup-service) backup_service=$2 ;;
    --console) console=$2 ;;
    --commander) commanders+=("$2") ;;
    --event-reader) event_readers+=("$2") ;;
    --audit-reader) audit_readers+=("$2") ;;
    --dead-letter-reader) dead_letter_readers+=("$2") ;;
    --ingestion-topic) events=$2 ;;
    *) fail "$1 is not an option; --help lists the options" ;;
  esac
  shift 2
done

for principal in "$tenant_service" "$ingestion_service" "$backup_service" ${console:+"$console"} \
  ${commanders[@]+"${commanders[@]}"} \
  ${event_readers[@]+"${event_readers[@]}"} ${audit_readers[@]+"${audit_readers[@]}"} \
  ${dead_letter_readers[@]+"${dead_letter_readers[@]}"}; do
  case $principal in
    *:\*) fail "$principal is everyone" ;;
    ?*:?*) ;;
    *) fail "$principal is not a principal, such as User:tenant-service" ;;
  esac
done
if [ -z "$program" ]; then
  program=$(command -v kafka-acls.sh || command -v kafka-acls || true)
  if [ -z "$program" ]; then
    [ "$apply" = no ] || fail 'kafka-acls.sh is not on the PATH; give its path with --kafka-acls'
    program=kafka-acls.sh
  fi
fi

# Grants one principal operations on one resource: add PRINCIPAL "OPERATION…" --topic NAME and the like.
add() {
  local principal=$1 operations=$2 operation
  shift 2
  local command=("$program" --bootstrap-server "$server")
  [ -z "$config" ] || command+=(--command-config "$config")
  command+=(--add --allow-principal "$principal")
  for operation in $operations; do
    command+=(--operation "$operation")
  done
  command+=("$@")
  if [ "$apply" = yes ]; then
    "${command[@]}"
  else
    printf '%q ' "${command[@]}"
    printf '\n'
  fi
}

# Describe comes with Read, Write and Alter, DescribeConfigs with AlterConfigs. Each service creates the topics it uses, whichever starts first.
produces() { add "$1" 'Create Write' --topic "$2"; }

# Messages that it cannot handle go to the dead letter topic.
consumes() {
  add "$1" 'Create Read' --topic "$2"
  produces "$1" "$2-dlq"
}

# tenant-service: publishes events of tenants and the audit log, reads commands and events of final backups.
produces "$tenant_service" tenantry.tenant-events
produces "$tenant_service" tenantry.audit
consumes "$tenant_service" tenantry.provisioning-jobs
consumes "$tenant_service" tenantry.operation-events
add "$tenant_service" Read --group tenant-service

# backup-service: publishes events of backups and migrations, reads commands and events of tenants.
produces "$backup_service" tenantry.operation-events
consumes "$backup_service" tenantry.tenant-events
consumes "$backup_service" tenantry.backup-jobs
consumes "$backup_service" tenantry.migration-jobs
add "$backup_service" Read --group backup-service

# ingestion-service: captures and delivers events, manages both topics and the offsets of both groups. Describe on the
# cluster is needed for the sizes of partitions; it also allows reading the list of ACLs.
for topic in "$events" "$events-dlq"; do
  add "$ingestion_service" 'Create Read Write Alter AlterConfigs' --topic "$topic"
done
for group in "$events-extraction-workers" "$events-dlq-processor"; do
  add "$ingestion_service" Read --group "$group"
done
add "$ingestion_service" Describe --cluster

# The console: reads events without a group, and keeps the ends of its sessions.
if [ -n "$console" ]; then
  for topic in tenantry.tenant-events tenantry.operation-events; do
    add "$console" Read --topic "$topic"
  done
  add "$console" 'Create Read Write' --topic tenantry.console-sessions
fi

for principal in ${commanders[@]+"${commanders[@]}"}; do
  for topic in tenantry.provisioning-jobs tenantry.backup-jobs tenantry.migration-jobs; do
    add "$principal" Write --topic "$topic"
  done
done
for principal in ${event_readers[@]+"${event_readers[@]}"}; do
  for topic in tenantry.tenant-events tenantry.operation-events; do
    add "$principal" Read --topic "$topic"
  done
  add "$principal" Read --group "${principal#*:}-" --resource-pattern-type prefixed
done
for principal in ${audit_readers[@]+"${audit_readers[@]}"}; do
  add "$principal" Read --topic tenantry.audit
  add "$principal" Read --group "${principal#*:}-" --resource-pattern-type prefixed
done
for principal in ${dead_letter_readers[@]+"${dead_letter_readers[@]}"}; do
  for topic in tenant-events operation-events provisioning-jobs backup-jobs migration-jobs; do
    add "$principal" Read --topic "tenantry.$topic-dlq"
  done
  add "$principal" Read --group "${principal#*:}-" --resource-pattern-type prefixed
done
