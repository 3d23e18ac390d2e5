# Runs a command and stops it at the end of standard input, which is when the parent process has exited or was killed.
# A line on standard input is the name of a signal to send to the command.
#
#   sh supervise.sh <pid file> <signal at the end of input> <tenths of a second until KILL> <command>…
#
# Exits with the command's exit status.
pid_file=$1 last_signal=$2 timeout=$3
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
  while [ "$timeout" -gt 0 ] && kill -0 "$child"; do
    sleep 0.1
    timeout=$((timeout - 1))
  done
  kill -s KILL "$child"
) 2>/dev/null &
watcher=$!
exec 3<&-

# A signal to this shell interrupts wait: repeat it until the command has exited.
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done

kill "$watcher" 2>/dev/null
rm -f "$pid_file"
exit "$status"
