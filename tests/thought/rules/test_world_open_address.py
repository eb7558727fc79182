"""world-open-address: an address lets the whole world in."""

import pytest
from rendered import breaches, document, paths

from lamina.thought.rules.world_open_address import RULE


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("allowed_cidrs: [10.0.0.0/8, 0.0.0.0/0]", "allowed_cidrs[1]"),
        ("admin: {allow_from: 0.0.0.0/0}", "admin.allow_from"),
        ("admin: {allowFrom: ['*']}", "admin.allowFrom[0]"),
        ("ingress: {cidr_blocks: ['0.0.0.0/0']}", "ingress.cidr_blocks[0]"),
        ("ingress: [{cidr: '::/0'}]", "ingress[0].cidr"),
        ("loadBalancerSourceRanges: ['0.0.0.0/0']", "loadBalancerSourceRanges[0]"),
        ("ip_whitelist: ['0:0:0:0:0:0:0:0/0']", "ip_whitelist[0]"),
        ("allowed_hosts: ['*']", "allowed_hosts[0]"),
        ("ALLOWED_HOSTS: '*'", "ALLOWED_HOSTS"),
        ("trusted_proxies: ['*']", "trusted_proxies[0]"),
        ("forwarded_allow_ips: '*'", "forwarded_allow_ips"),
        ("authorized_networks: [{name: all, cidr: 0.0.0.0/0}]", "authorized_networks[0].cidr"),
        ("source_ranges: ['0.0.0.0/0']", "source_ranges[0]"),
    ],
)
def test_who_may_come(text: str, where: str) -> None:
    assert paths(RULE, text) == paths(RULE, text, protected=False) == [where]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("host: 0.0.0.0", "host"),
        ("server: {address: '[::]:8080'}", "server.address"),
        ("bind: '::'", "bind"),
        ("bind_address: 0.0.0.0:9090", "bind_address"),
        ("listen: ':8080'", "listen"),
        ("listen: '*:80'", "listen"),
        ("LISTEN_ADDR: ':8080'", "LISTEN_ADDR"),
        ("listen: [{host: 0.0.0.0, port: 80}]", "listen[0].host"),
        ("listen: {address: '*'}", "listen.address"),
        ("ports: ['0.0.0.0:5432:5432']", "ports[0]"),
        ("listen_on: tcp://0.0.0.0:4317", "listen_on"),
    ],
)
def test_every_interface_is_bound(text: str, where: str) -> None:
    assert paths(RULE, text) == [where]
    assert paths(RULE, text, protected=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "host: 127.0.0.1",
        "host: '::1'",
        "host: 10.0.0.0",
        "host: localhost",
        "host: '*'",
        "hosts: ['*.example.com']",
        "allowed_hosts: ['*.example.com', packages.example.com]",
        "allowed_origins: ['*']",
        "allowed_methods: ['*']",
        "cors: {allow_headers: '*'}",
        "allow: '*'",
        "egress: [{cidr: 0.0.0.0/0}]",
        "egress: {allowed_cidrs: ['0.0.0.0/0']}",
        "egress_cidr: 0.0.0.0/0",
        "routes: [{destination: 0.0.0.0/0, gateway: igw-1}]",
        "denied_cidrs: ['0.0.0.0/0']",
        "blocklist: {ips: ['0.0.0.0/0']}",
        "version: 0.0.0.0",
        "no_proxy: '*'",
        "allowed_cidrs: [10.0.0.0/8]",
        "cidr: 10.1.0.0/16",
        "path: '*'",
        "address: Main Street 1",
        "bind: {port: 8080}",
        "schedule: '* * * * *'",
        "select: '*'",
        "release: 0.0.0.0/0",
    ],
)
def test_what_is_not(text: str) -> None:
    assert paths(RULE, text) == []


def test_how_bad_it_is() -> None:
    def severities(protected: bool) -> list[str | None]:
        seen = document({"allow_from": "0.0.0.0/0", "bind": "0.0.0.0"}, protected=protected)
        return [one.severity for one in breaches(RULE, seen)]

    assert RULE.severity == "warning"
    assert severities(protected=True) == [None, "note"]
    assert severities(protected=False) == ["note"]
