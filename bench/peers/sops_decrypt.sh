#!/bin/sh
# Opens every file of a folder with a call of sops each: sops_decrypt.sh SOPS FOLDER
set -e
for file in "$2"/*; do
  "$1" decrypt "$file"
done
