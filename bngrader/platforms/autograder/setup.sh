#!/usr/bin/env bash
# Gradescope runs this script once, as root, when it builds the image of the autograder.
# It installs Python 3.11 or newer and the libraries on which a mark depends.
set -euo pipefail
source_folder=${1:-/autograder/source}
environment=${2:-/opt/bngrader}

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends ca-certificates python3 python3-venv
python=python3
# Ubuntu 22.04 has Python 3.10, and a release candidate of 3.11 with which torch crashes.
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.version_info[3] != "final")'
then
  apt-get install -q -y --no-install-recommends software-properties-common gpg-agent
  add-apt-repository -y ppa:deadsnakes/ppa
  apt-get install -q -y --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv "$environment"
# The build of torch for processors is a tenth of the size of the one for GPUs.
"$environment/bin/pip" install --no-cache-dir \
  --extra-index-url https://download.pytorch.org/whl/cpu -r "$source_folder/requirements.txt"
apt-get clean
# The processes that run learners' code start in another folder and find the grader by this file.
"$environment/bin/python" -c 'import site, sys
open(site.getsitepackages()[0] + "/bngrader.pth", "w").write(sys.argv[1] + "\n")' "$source_folder"

# Only the package that learners have is readable for the user that runs their code.
chown -R root:root "$source_folder"
chmod -R go-rwx "$source_folder"
chmod go+x "$source_folder"
chmod -R go+rX "$source_folder/bnlab"
chmod +x "$source_folder/run_autograder"
