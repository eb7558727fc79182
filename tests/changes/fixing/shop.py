"""A shop's services, as real as an example is: one schema, twelve documents, three environments; the same every time."""

from textwrap import dedent

SCHEMA = dedent("""\
    $schema: https://json-schema.org/draft/2020-12/schema
    title: A service of the shop
    type: object
    additionalProperties: false
    required: [format, image, server, observability]
    properties:
      format: {description: The shape of this file., const: shop/service}
      image: {description: What is run., type: string}
      replicas: {description: How many., type: integer, minimum: 1, default: 2}
      instances: {description: How many., type: integer, deprecated: true, x-replaced-by: replicas}
      server:
        description: Where it listens.
        type: object
        additionalProperties: false
        required: [protocol, port]
        properties:
          protocol: {description: What it speaks., const: http}
          port: {description: Where it listens., type: integer, minimum: 1, maximum: 65535}
          read_timeout_seconds: {description: How long it waits for a request., type: number, default: 10}
          request_timeout: {description: The same., type: number, deprecated: true, x-replaced-by: read_timeout_seconds}
          compression: {description: Whether answers are compressed., type: boolean, default: false}
          tls_mode: {description: How it is encrypted., enum: [disabled, permissive, strict]}
          health:
            description: How it is asked whether it is well.
            type: object
            additionalProperties: false
            required: [method, path]
            properties:
              method: {description: The verb., const: GET}
              path: {description: What is asked., type: string}
      storage:
        description: Where it keeps files.
        type: object
        additionalProperties: false
        required: [driver, bucket]
        properties:
          driver: {description: The program., enum: [s3]}
          bucket: {description: The place., type: string}
      database:
        description: Where it keeps its data.
        type: object
        additionalProperties: false
        required: [engine, pool]
        properties:
          engine: {description: The program., enum: [postgres]}
          host: {description: Where it runs., type: string}
          server_name: {description: Where it runs., type: string, deprecated: true, x-replaced-by: host}
          read_only: {description: Whether it only reads., type: boolean}
          statement_timeout_ms: {description: The longest query., type: integer}
          pool:
            description: Its connections.
            type: object
            additionalProperties: false
            properties:
              min_size: {description: The fewest., type: integer, default: 1}
              max_size: {description: The most., type: integer, default: 10}
              recycle: {description: Whether they are replaced., type: boolean}
      observability:
        description: What it tells.
        type: object
        additionalProperties: false
        required: [exporter, log_level]
        properties:
          exporter: {description: To whom., const: otlp}
          log_level: {description: How much., enum: [debug, info, warning, error]}
          log_format: {description: How., enum: [json, text]}
          sampling_ratio: {description: How much of its traces., type: number}
          tracing: {description: Whether it traces., type: boolean}
          trace_enabled: {description: The same., type: boolean, deprecated: true, x-replaced-by: tracing}
      features:
        description: What is switched on.
        type: object
        additionalProperties: {type: boolean}
    """)

_NAMES = (
    "accounts", "billing", "catalog", "checkout", "delivery", "gateway", "inventory", "mailer", "orders", "pricing",
    "search", "storefront",
)  # fmt: skip


def shop() -> dict[str, str]:
    """The files of the repository."""
    files = {"schemas/services/v1.schema.yaml": SCHEMA}
    for number, name in enumerate(_NAMES):
        files[f"environments/base/services/{name}.yaml"] = _base(number, name)
        files[f"environments/dev/services/{name}.yaml"] = _dev(number)
        files[f"environments/prod/services/{name}.yaml"] = _prod(number, name)
    return files


def _base(number: int, name: str) -> str:
    levels, booleans = ("info", "warning", "error"), ("true", "false")
    return dedent(f"""\
        # {name.title()}: see the handbook before you change its limits.
        format: shop/service
        image: registry.example.com/shop/{name}:1.{number}.4

        server:
          protocol: http
          port: {8000 + 11 * number}
          read_timeout_seconds: {5 + number}.5  # slower than the load balancer's
          compression: {booleans[number % 2]}
          tls_mode: {("permissive", "strict", "disabled")[number % 3]}
          health:
            method: GET
            path: /healthz
        storage:
          driver: s3
          bucket: shop-{name}

        database:
          engine: postgres
          host: "{name}.db.internal"
          read_only: {booleans[(number + 1) % 2]}
          statement_timeout_ms: {1500 + 250 * number}
          # A pool that is too large starves the others.
          pool:
            min_size: {1 + number % 3}
            recycle: {booleans[number % 2]}

        observability:
          exporter: otlp
          log_level: {levels[number % 3]}
          log_format: {("json", "text")[number % 2]}
          sampling_ratio: 0.{1 + number % 8}
          tracing: {booleans[(number + 1) % 2]}
        features:
          new_{name}_page: {booleans[number % 2]}
          dark_mode: true
        """)


def _dev(number: int) -> str:
    return dedent(f"""\
        replicas: {1 + number % 2}
        database:
            pool:
                max_size: {3 + number}
        observability:
            log_level: debug
        """)


def _prod(number: int, name: str) -> str:
    return dedent(f"""\
        # Sized after the sale of last autumn.
        replicas: {4 + number}
        database:
          host: {name}.db.prod.internal  # the primary
          pool:
            max_size: {40 + number}
        """)
