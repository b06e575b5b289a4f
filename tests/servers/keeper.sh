# Waits until whoever started a server closes its end of the pipe, by will or by dying, and then ends the server:
# keeper.sh FOLDER. The folder holds pids (one a line, negative for a whole process group) and is removed.
cat >/dev/null
while read -r pid; do kill -s KILL -- "$pid" 2>/dev/null; done <"$1/pids"
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$1" 2>/dev/null && [ ! -e "$1" ] && exit 0
    sleep 0.1
done
