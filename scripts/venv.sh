#!/bin/sh
# Make a virtual environment with pip in it, or say in one sentence what is missing.
# usage: venv.sh DIRECTORY   (the interpreter is $PYTHON, else python3)
set -eu

python=${PYTHON:-python3}
# An environment that another tool made keeps its interpreter, and only gets pip.
if [ -x "$1/bin/python" ]; then python=$1/bin/python; fi

die() {
    echo "crosswind: $1" >&2
    exit 3
}

command -v "$python" >/dev/null 2>&1 ||
    die "Python 3.11 or newer is needed and there is no $python; try: make PYTHON=/path/to/python3"

# In the syntax of every Python since 2.6.
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    die "Python 3.11 or newer is needed and $python is $found; try: make PYTHON=python3.12"
}

complete() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

# Debian and Ubuntu keep ensurepip in a package of its own, one for each version of Python.
if ! complete; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    command -v apt-get >/dev/null 2>&1 ||
        die "$python has no venv and ensurepip modules; install them with your package manager"
    [ "$(id -u)" = 0 ] ||
        die "$python has no ensurepip module; run: sudo apt-get install $package"
    sh "${0%/*}/apt.sh" "$package"
    complete || die "$python still has no ensurepip module after: apt-get install $package"
fi

if [ -x "$1/bin/python" ]; then
    "$python" -m ensurepip --default-pip >/dev/null
else
    "$python" -m venv "$1"
fi
