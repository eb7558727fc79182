"""What is called a policy is listed, at any depth, and nothing else under policies/."""

from pathlib import Path

from lamina.world.sources.worktree import WorkTree


def test_only_what_is_called_a_policy(tmp_path: Path) -> None:
    for name in (
        "a.policy.yaml",
        "team/b.policy.yaml",
        "c.policy.yml",
        "d.rego",
        "e.yaml",
        "policy.txt",
        ".git/x.policy.yaml",
    ):
        (tmp_path / "policies" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "policies" / name).write_text("")
    (tmp_path / "policies/out.policy.yaml").symlink_to("/etc/hostname")
    (tmp_path / "policies/other.rego").symlink_to("/etc/hostname")
    listing = WorkTree(tmp_path).list()
    assert listing.files == ("policies/a.policy.yaml", "policies/c.policy.yml", "policies/team/b.policy.yaml")
    assert [(one.file, one.rule) for one in listing.obstacles] == [("policies/out.policy.yaml", "link-out")]


def test_a_file_in_the_place_of_the_folder_is_nobody_s(tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("what we think\n")
    assert WorkTree(tmp_path).list().files == ()
    assert WorkTree(tmp_path).list().obstacles == ()
