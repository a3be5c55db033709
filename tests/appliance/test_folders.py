"""Which desk is meant: the only one, the one that is named, or a sentence that says what there is."""

from pathlib import Path

import pytest

from appliance.folders import SETTINGS_FILE, NoDeskError, WhichDeskError, desk_folder, slug_of


def a_desk(home: Path, name: str) -> Path:
    (home / name).mkdir(parents=True)
    (home / name / SETTINGS_FILE).touch()
    return home / name


def test_the_only_desk_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "not-a-desk").mkdir()

    assert desk_folder(a_desk(tmp_path, "maple").parent, None) == tmp_path / "maple"


def test_several_desks_need_a_name(tmp_path: Path) -> None:
    oak = a_desk(tmp_path, "oak")
    a_desk(tmp_path, "maple")

    assert desk_folder(tmp_path, "oak") == oak
    with pytest.raises(WhichDeskError, match="maple, oak"):
        desk_folder(tmp_path, None)
    with pytest.raises(NoDeskError):
        desk_folder(tmp_path, "../oak")


def test_a_home_without_a_desk_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoDeskError) as none:
        desk_folder(tmp_path / "nowhere", None)

    assert (none.value.exit_code, "nightdesk init" in none.value.remedy) == (2, True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Maple Street Dental", "maple-street-dental"),
        ("Joe's Plumbing & Heating, LLC", "joes-plumbing-heating-llc"),
        ("Clínica San José", "clinica-san-jose"),
        ("../../etc", "etc"),
        ("日本", "desk"),
        ("x" * 100, "x" * 40),
    ],
)
def test_a_folder_is_named_after_its_desk(name: str, slug: str) -> None:
    assert slug_of(name) == slug
