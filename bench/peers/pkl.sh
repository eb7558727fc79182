#!/bin/sh
# pkl.sh PKL OUT: one process an environment, one JSON file a document.
set -eu
cd "$1"
for folder in overrides/*/; do
    environment=$(basename "$folder")
    pkl eval -f json -o "$2/$environment/%{moduleName}.json" "$folder"*.pkl
done
