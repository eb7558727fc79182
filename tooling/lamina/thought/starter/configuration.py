"""The configuration of the starter: three environments and one document, with one of each thing worth knowing.

A default, a bound, a list that grows from layer to layer, a reference, a value that each environment has of its own, and a
secret that waits to be sealed.
"""

_SETTINGS = """\
# The settings of lamina for this repository.

# The versions of lamina that may read it. An older one would not know every word that stands here.
requires: ">=@VERSION@"

# An environment that is not named here extends `base`, is rendered, and is not protected.
environments:
  prod:
    protected: true
"""

_BASE = """\
# What every environment shares; an environment's own layer says only what differs there.
server:
  port: 8080
  timeout: 30

# `${...}` refers to another value: here to the address that each environment has of its own.
allowed_origins:
  - ${public_url}
"""

_DEV = """\
# Development: on the machine of whoever works on the app.
public_url: http://localhost:${server.port}

logging:
  level: debug
"""

_PROD = """\
# Production.
public_url: https://app.example.com

server:
  host: 0.0.0.0 # lamina: allow world-open-address -- only the load balancer reaches it
  timeout: 10

# The schema says `x-merge: append`, so this is added to the list of base.
allowed_origins:
  - https://admin.example.com

database:
  pool: 20
"""

_SCHEMA = """\
# What an `app` document may say, version 1. The whole language is JSON Schema 2020-12; `x-...` are lamina's own words.
$schema: https://json-schema.org/draft/2020-12/schema
title: App
description: The configuration of the app.
type: object
additionalProperties: false # a mistyped key is an error, not a surprise
required: [server, public_url]
properties:
  server:
    description: Where the app listens.
    type: object
    additionalProperties: false
    required: [port]
    properties:
      host:
        description: The address to bind.
        type: string
        format: ipv4
        default: 127.0.0.1
      port:
        description: The port to bind. Ports below 1024 would need a privileged process.
        type: integer
        minimum: 1024
        maximum: 65535
        examples: [8080]
      timeout:
        description: How long a request may take.
        type: integer
        minimum: 1
        maximum: 300
        default: 60
        x-unit: seconds

  public_url:
    description: The address that people use.
    type: string
    format: uri
    pattern: ^https?://
    x-environments: own # each environment has its own
    examples: ["https://app.example.com"]

  allowed_origins:
    description: The web pages that may call the app.
    type: array
    x-merge: append # every layer adds to the list
    uniqueItems: true
    default: []
    items:
      description: An origin, without a path.
      type: string
      format: uri
      pattern: ^https?://[^/]+$

  logging:
    description: What the app says about itself.
    type: object
    additionalProperties: false
    default: {}
    properties:
      level:
        description: The least important message that is written.
        enum: [debug, info, warning, error]
        default: info

  database:
    description: Where the app keeps its data.
    type: object
    additionalProperties: false
    default: {}
    properties:
      pool:
        description: How many connections are kept open.
        type: integer
        minimum: 1
        maximum: 100
        default: 5
      password:
        description: The password of the database. It stands in app.sops.yaml, sealed; see .sops.yaml.
        type: string
        minLength: 12
        x-secret: true
"""

CONFIGURATION = {
    "lamina.yaml": _SETTINGS,
    "environments/base/app.yaml": _BASE,
    "environments/dev/app.yaml": _DEV,
    "environments/prod/app.yaml": _PROD,
    "schemas/app/v1.schema.yaml": _SCHEMA,
}
"""The text of each file by name, `@VERSION@` standing for that of lamina."""
