"""What stands around the starter's configuration: a README, checks before a commit and a merge, rules for sealing."""

_README = """\
# Configuration

Layers in `environments/`, and what they may say in `schemas/`. `lamina` merges them, checks them, and knows for every value
the file and line that set it.

```console
$ pip install lamina==@VERSION@
$ lamina validate                          # does everything fit its schema?
$ lamina render prod                       # what production gets
$ lamina explain prod app:server.timeout   # which layer said so, and what it overrides
$ lamina set dev app:server.port 9090      # changes that line only
$ lamina diff dev prod                     # what differs, by meaning
```

| to do this | change this |
|---|---|
| a value in every environment | `environments/base/app.yaml` |
| a value in production alone | `environments/prod/app.yaml` |
| a new environment | a folder: `environments/staging/app.yaml` |
| a new key | `schemas/app/v1.schema.yaml`, then `lamina ide`, so that editors know it too |
| a new document | `environments/base/NAME.yaml` and `schemas/NAME/v1.schema.yaml`, then `lamina ide` |
| a secret | name who may open it in `.sops.yaml`, then `lamina secrets set prod app:database.password` |

Every pull request is checked by `.github/workflows/gate.yml`, and none is merged without it once `.github/rulesets/main.json`
has been imported (Settings, Rules, Rulesets). A commit is checked before it is made once `pre-commit install` or `lamina hooks
install` has been run in the clone. `lamina doctor` says what is missing.
"""

_SOPS = """\
# Who can open the sealed layers (environments/*/*.sops.yaml); read by sops and by lamina.
#
# 1. Make a key for each who opens them, people and machines; the private half never comes into this repository:
#      lamina secrets keygen -o ~/.config/sops/age/keys.txt    (prints the public half, age1...)
# 2. Take the brackets of `creation_rules` away and the marks before the lines below, and put the public halves in.
#    The first rule that fits a file counts; a file that none fits is refused, so no secret can be sealed for nobody.
# 3. lamina secrets set prod app:database.password    asks for the value and seals it in environments/prod/app.sops.yaml.
#    Commit the file: what stands in it is ciphertext. lamina secrets git-setup, once in a clone, has git merge such files.
creation_rules: []
#  # dev: everybody in the team. All is sealed but the version, which is read before anything is opened.
#  - path_regex: ^environments/dev/.+\\.sops\\.(yaml|json)$
#    unencrypted_regex: ^schemaVersion$
#    age: age1...,age1...
#  # prod: the deployment; those who operate it; a key for recovery that is kept offline.
#  - path_regex: ^environments/prod/.+\\.sops\\.(yaml|json)$
#    unencrypted_regex: ^schemaVersion$
#    age: age1...,age1...,age1...
"""

_PRE_COMMIT = """\
# `pre-commit install`, once in a clone, has this run before every commit: what is staged counts, and nothing that is not.
# Without pre-commit, `lamina hooks install` does the same, and also before a push.
default_install_hook_types: [pre-commit, pre-merge-commit]
repos:
  - repo: local
    hooks:
      - id: lamina-check
        name: lamina check
        language: python
        additional_dependencies: [lamina==@VERSION@]
        entry: lamina check --staged
        always_run: true # a commit that only deletes files names none
        pass_filenames: false
        stages: [pre-commit, pre-merge-commit]
"""

# No key is handed to it: checking opens no sealed file. The actions are pinned by commit, since a tag can be moved.
_WORKFLOW = """\
# Refuses a change of the configuration that does not pass, and tells what it does to each environment. It runs for every pull
# request, whatever that touches: a required check that is not run never ends. It needs no key: sealed files stay sealed.
name: gate

on:
  pull_request:
  merge_group:

permissions: {}

concurrency:
  group: gate-${{ github.event.pull_request.number || github.sha }}
  cancel-in-progress: true

jobs:
  gate:
    name: gate # .github/rulesets/main.json requires it by this name
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read # to check out
    env: # what is checked out is the merge, whose first parent is what the change is merged into
      BASE: ${{ github.event.merge_group.base_sha || 'HEAD^1' }}
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          fetch-depth: 0 # the impact begins where the change left what it is merged into
          persist-credentials: false
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0
        with:
          python-version: "3.13"
      - run: pip install --quiet lamina==@VERSION@
      - run: lamina check --base "$BASE" --format github
      - if: ${{ !cancelled() }}
        run: lamina impact --base "$BASE" --head HEAD --format markdown >> "$GITHUB_STEP_SUMMARY"
"""

# 15368 is GitHub Actions itself: another app cannot set the check.
_RULESET = """\
{
  "name": "main",
  "target": "branch",
  "enforcement": "active",
  "conditions": { "ref_name": { "include": ["~DEFAULT_BRANCH"], "exclude": [] } },
  "rules": [
    { "type": "deletion" },
    { "type": "non_fast_forward" },
    {
      "type": "pull_request",
      "parameters": {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": true,
        "require_code_owner_review": true,
        "require_last_push_approval": true,
        "required_review_thread_resolution": false
      }
    },
    {
      "type": "required_status_checks",
      "parameters": {
        "strict_required_status_checks_policy": true,
        "required_status_checks": [{ "context": "gate", "integration_id": 15368 }]
      }
    }
  ],
  "bypass_actors": []
}
"""

_IGNORE = """\
# What lamina renders here
/rendered/

# Private keys do not belong into a repository.
*.agekey
keys.txt
"""


def surroundings(version: str) -> dict[str, str]:
    """The text of each file by name; `version` is what other machines are told to install."""
    texts = {
        "README.md": _README,
        ".sops.yaml": _SOPS,
        ".pre-commit-config.yaml": _PRE_COMMIT,
        ".github/workflows/gate.yml": _WORKFLOW,
        ".github/rulesets/main.json": _RULESET,
        ".gitignore": _IGNORE,
    }
    return {name: text.replace("@VERSION@", version) for name, text in texts.items()}
