# Runs a command and ends it when standard input ends, which happens when the parent is gone, no matter how it died.
# A line on standard input is the name of a signal to hand on to the command.
#
#   sh supervise.sh <pid file> <signal at the end of input> <tenths of a second until KILL> <command>…
#
# Ends with the command's exit status.
pid_file=$1 last_signal=$2 patience=$3
shift 3

exec 3<&0 </dev/null
trap '' HUP INT

"$@" 3<&- &
child=$!
echo "$child" >"$pid_file"
trap 'kill -s "$last_signal" "$child" 2>/dev/null' TERM

(
  trap - TERM
  while read -r signal <&3; do
    kill -s "$signal" "$child"
  done
  kill -s "$last_signal" "$child"
  while [ "$patience" -gt 0 ] && kill -0 "$child"; do
    sleep 0.1
    patience=$((patience - 1))
  done
  kill -s KILL "$child"
) 2>/dev/null &
watcher=$!
exec 3<&-

# A signal for this shell interrupts wait: go on until the command has really ended.
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done

kill "$watcher" 2>/dev/null
rm -f "$pid_file"
exit "$status"
