# Start a kernel for one submission, in whose folder this script runs: autograded/LEARNER/ASSIGNMENT.
# The kernel has no network, sees no other process, and no file of the course and of the home folder
# but those of its folder, which it cannot write. It sees no notebook there either, because nbgrader
# puts the hidden tests into it.
connection=$1
sockets=$(dirname "$connection")
course=$(cd ../../.. && pwd)
python=$(command -v python)
prefix=$("$python" -c 'import sys; print(sys.prefix)')
base=$("$python" -c 'import sys; print(sys.base_prefix)')
set --
for notebook in "$PWD"/*.ipynb; do
    set -- "$@" --ro-bind /dev/null "$notebook"
done
exec prlimit --as=8589934592 --fsize=104857600 --cpu=300 \
    bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL --unsetenv JPY_PARENT_PID \
    --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --tmpfs "$HOME" --tmpfs "$course" \
    --ro-bind "$base" "$base" --ro-bind "$prefix" "$prefix" \
    --bind "$sockets" "$sockets" --ro-bind "$connection" "$connection" \
    --ro-bind "$PWD" "$PWD" "$@" --chdir "$PWD" \
    "$python" -m ipykernel_launcher -f "$connection"
