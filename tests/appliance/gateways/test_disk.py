"""Whether the disk is encrypted, read from trees as the kernel shows them; what cannot be told is never encrypted."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from appliance.gateways.disk import Disk, disk_under, linux_disk, mount_of


class Machine:
    """A /proc and /sys that a test lays out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mounts = ["1 0 0:5 / / rw - tmpfs tmpfs rw"]
        for folder in ("proc/self", "sys/class/block", "sys/dev/block", "dev/mapper"):
            (root / folder).mkdir(parents=True)

    def block(self, name: str, number: str = "", *, uuid: str = "", under: tuple[str, ...] = ()) -> None:
        device = self.root / "sys/class/block" / name
        device.mkdir()
        if uuid:
            (device / "dm").mkdir()
            (device / "dm/uuid").write_text(uuid + "\n")
        if under:
            (device / "slaves").mkdir()
            for one in under:
                (device / "slaves" / one).symlink_to(self.root / "sys/class/block" / one)
        if number:
            (self.root / "sys/dev/block" / number).symlink_to(device)

    def mount(self, point: str, number: str, kind: str = "ext4", source: str = "/dev/x") -> None:
        self._mounts.append(f"2 1 {number} / {point} rw,relatime shared:1 - {kind} {source} rw")

    def disk(self, folder: str) -> Disk:
        (self.root / "proc/self/mountinfo").write_text("\n".join(self._mounts) + "\n")
        return linux_disk(Path(folder), root=self.root)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_plain_partition_is_plain(machine: Machine) -> None:
    machine.block("sda1", "8:1")
    machine.mount("/home", "8:1")

    assert machine.disk("/home/ann/nightdesk") is Disk.PLAIN


def test_luks_under_the_mount_is_encrypted(machine: Machine) -> None:
    machine.block("nvme0n1p3")
    machine.block("dm-0", "253:0", uuid="CRYPT-LUKS2-0123-luks", under=("nvme0n1p3",))
    machine.mount("/", "253:0")

    assert machine.disk("/home/ann/nightdesk") is Disk.ENCRYPTED


def test_a_volume_of_lvm_on_luks_is_encrypted_and_on_a_plain_disk_it_is_not(machine: Machine) -> None:
    machine.block("sda2")
    machine.block("sdb1")
    machine.block("dm-0", uuid="CRYPT-LUKS2-0123-luks", under=("sda2",))
    machine.block("dm-1", "253:1", uuid="LVM-abcd", under=("dm-0",))
    machine.block("dm-2", "253:2", uuid="LVM-efgh", under=("sdb1",))
    machine.mount("/home", "253:1")
    machine.mount("/srv", "253:2")

    assert machine.disk("/home/ann") is Disk.ENCRYPTED
    assert machine.disk("/srv/desk") is Disk.PLAIN


def test_a_mirror_is_encrypted_only_when_every_half_is(machine: Machine) -> None:
    machine.block("sda2")
    machine.block("sdb2")
    machine.block("dm-0", uuid="CRYPT-LUKS2-0123-luks", under=("sda2",))
    machine.block("md0", "9:0", under=("dm-0", "sdb2"))
    machine.mount("/home", "9:0")

    assert machine.disk("/home/ann") is Disk.PLAIN


def test_btrfs_is_found_by_its_source_and_all_of_its_devices_count(machine: Machine) -> None:
    machine.block("sda2")
    machine.block("dm-0", uuid="CRYPT-LUKS2-0123-luks", under=("sda2",))
    machine.block("dm-1", uuid="CRYPT-LUKS2-4567-luks", under=("sda2",))
    machine.block("sdc")
    (machine.root / "dev/dm-0").touch()
    (machine.root / "dev/mapper/luks-home").symlink_to(machine.root / "dev/dm-0")
    devices = machine.root / "sys/fs/btrfs/0123-4567/devices"
    devices.mkdir(parents=True)
    machine.mount("/home", "0:33", "btrfs", "/dev/mapper/luks-home")
    assert machine.disk("/home/ann") is Disk.ENCRYPTED

    for name in ("dm-0", "dm-1"):
        (devices / name).touch()
    assert machine.disk("/home/ann") is Disk.ENCRYPTED

    (devices / "sdc").touch()
    assert machine.disk("/home/ann") is Disk.PLAIN


@pytest.mark.parametrize("source", ["overlay", "tank/home", "server:/export", "/dev/gone"])
def test_what_has_no_block_device_here_is_unknown(machine: Machine, source: str) -> None:
    machine.mount("/home", "0:44", "other", source)

    assert machine.disk("/home/ann") is Disk.UNKNOWN


def test_a_loop_of_devices_comes_to_an_end(machine: Machine) -> None:
    machine.block("dm-1", "253:1", uuid="LVM-a", under=("dm-2",))
    machine.block("dm-2", uuid="LVM-b", under=("dm-1",))
    machine.mount("/home", "253:1")

    assert machine.disk("/home/ann") is Disk.PLAIN


def test_the_longest_mount_holds_the_folder_and_of_equals_the_last() -> None:
    lines = (
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "2 1 8:2 / /my\\040home rw - ext4 /dev/sda2 rw\n"
        "3 1 8:3 / /my\\040home rw - ext4 /dev/sda3 rw\n"
        "not a mount at all\n"
    )

    assert mount_of(Path("/my home/desk"), lines).number == "8:3"
    assert mount_of(Path("/my homely/desk"), lines).number == "8:1"
    with pytest.raises(ValueError, match=r"^$"):
        mount_of(Path("/x"), "")


def test_on_this_machine_something_is_said_and_nothing_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk_under(tmp_path, may_start=lambda _: nullcontext()) in set(Disk)
    # Other systems' ways of asking are not there: that is unknown, never encrypted.
    for platform in ("darwin", "win32", "sunos5"):
        monkeypatch.setattr("sys.platform", platform)
        assert disk_under(tmp_path, may_start=lambda _: nullcontext()) is Disk.UNKNOWN
