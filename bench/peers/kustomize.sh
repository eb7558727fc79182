#!/bin/sh
# kustomize.sh KUSTOMIZE OUT: one process an environment, one stream of YAML documents each.
set -eu
mkdir -p "$2"
for overlay in "$1"/overlays/*/; do
    kubectl kustomize "$overlay" >"$2/$(basename "$overlay").yaml"
done
