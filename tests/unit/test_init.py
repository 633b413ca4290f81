"""``franking init``, from the built wheel in an environment of its own: from an empty folder to a message in an inbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from PIL import Image

from tests.ports import free_port, wait_for

ROOT = Path(__file__).parents[2]
BRAND = ("--brand", "Kiefer Nord", "--sender", "shop@kiefer-nord.example")
CLOCK = ("--as-of", "2026-11-24T12:00:00Z")
REPORT = "samples/amazon.com-unshipped.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as an installer does where there is no wheel."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t"]
    subprocess.run([*build, "sdist"], cwd=ROOT, check=True, capture_output=True)
    (source,) = folder.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    subprocess.run([*build, "wheel"], cwd=folder / source.name.removesuffix(".tar.gz"), check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``franking`` script of an environment that holds the built wheel; its libraries are the ones of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "env")}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.with_name("franking")


def test_the_wheel_carries_what_commands_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")}
        (entry,) = (name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        scripts = archive.read(entry).decode()
        (about,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(archive.read(about))
    expected = {
        f"{inside}/{file.relative_to(ROOT / outside).as_posix()}"
        for outside, inside in (
            ("src", "."),
            ("templates", "franking/starter/templates"),
            ("themes", "franking/starter/themes"),
        )
        for file in (ROOT / outside).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    reports = (file.name for file in (ROOT / "docs/examples").iterdir() if file.suffix in {".txt", ".json"})
    expected |= {f"franking/starter/samples/{name}" for name in reports}
    assert names == {name.removeprefix("./") for name in expected}
    assert "franking = franking.cli.entry:run" in scripts.splitlines()
    assert (metadata["Name"], metadata["Requires-Python"]) == ("franking", ">=3.11")  # so that uvx and pipx run it by its name
    wanted = set("amazon browser dkim inbox mjml ocr postgres premailer preview xlsx".split())
    assert wanted <= set(metadata.get_all("Provides-Extra", []))


def run(franking: Path | str, folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(franking), *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def inbox(installed: Path, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    command = [str(installed), "inbox", "--store", str(tmp_path / "inbox"), "--port", str(port), "--no-web"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port, alive=lambda: server.poll() is None)
            yield port
        finally:
            server.terminate()


@pytest.mark.real  # takes half a minute
def test_from_an_empty_folder_to_the_inbox(installed: Path, inbox: int, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    assert "`franking init`" in run(installed, shop, "plan", "report.txt", "--kind", "reply", code=2).stderr
    told = run(installed, shop, "init", *BRAND, "--transport", f"smtp+plain://127.0.0.1:{inbox}").stdout
    assert "make plan" in told and "franking doctor" in told
    assert "problem" not in run(installed, shop, "doctor").stdout
    assert ", 0 rejected" in run(installed, shop, "render", "order_confirmation", "--language", "de").stdout

    template = shop / "templates" / "order_confirmation" / "message.html.j2"
    whole = template.read_text("utf-8")
    template.write_text(whole + "\n{% if order_id %}\n", "utf-8")
    lines = len(whole.splitlines())
    broken = run(installed, shop, "plan", REPORT, "--kind", "order_confirmation", *CLOCK, code=2).stderr
    assert "order_confirmation/message.html.j2:" in broken
    assert int(broken.split("message.html.j2:")[1].split(":")[0]) > lines
    template.write_text(whole, "utf-8")

    assert "7 would get" in run(installed, shop, "plan", REPORT, "--kind", "order_confirmation", *CLOCK).stdout
    sent = run(installed, shop, "send", REPORT, "--kind", "order_confirmation", *CLOCK, "--format", "json", code=1)
    counts = json.loads(sent.stdout)
    assert (counts["sent"], counts["rejected"]) == (6, 1)
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (tmp_path / "inbox").glob("*.eml")]
    assert len(mails) == 6
    assert {str(mail["From"]) for mail in mails} == {"Kiefer Nord <shop@kiefer-nord.example>"}
    for mail in mails:
        part = mail.get_body(("plain",))
        assert part is not None
        assert "Kiefer Nord" in part.get_content()


@pytest.mark.real
def test_make_targets_of_the_folder(installed: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run(installed, tmp_path, "init", "shop", *BRAND)
    environment = {**os.environ, "PATH": f"{installed.parent}{os.pathsep}{os.environ['PATH']}"}
    for target in ("help", "i18n", "plan", "try"):
        done = subprocess.run(["make", target], cwd=shop, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (target, done.stdout, done.stderr)
    assert "the checker rejected a message" in done.stdout  # what try says in the end
    assert list((shop / "build" / "outbox").glob("*.eml"))


@pytest.mark.real
def test_with_a_logo_all_themes_come(installed: Path, tmp_path: Path) -> None:
    logo = tmp_path / "ours.png"
    Image.new("RGB", (336, 80), "navy").save(logo)
    run(installed, tmp_path, "init", "shop", *BRAND, "--logo", str(logo))
    themes = {
        path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in (tmp_path / "shop/themes").glob("*/theme.toml")
    }
    assert set(themes) == {"brand", "calm", "label", "plain"}
    assert {theme["brand"]["name"] for theme in themes.values()} == {"Kiefer Nord"}
    assert 'theme = "brand"' in (tmp_path / "shop" / "franking.toml").read_text("utf-8")
    found = run(installed, tmp_path / "shop", "doctor", "--transport", "dir:out").stdout
    assert "problem" not in found and "warning  brand" not in found
    assert ", 0 rejected" in run(installed, tmp_path / "shop", "render", "order_confirmation", "--language", "de").stdout


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Müller & Söhne, KG", "M\u00fcller & S\u00f6hne, KG"),
        ('The "Lamp" Shop', 'The "Lamp" Shop'),
        ("back\\slash", "back\\slash"),
        ("京都", "京都"),
    ],
)
def test_any_name_is_written_so_that_it_is_read_back(tmp_path: Path, name: str, shown: str) -> None:
    franking = Path(sys.executable).with_name("franking")
    run(franking, tmp_path, "init", "shop", "--brand", name, "--sender", "shop@kiefer-nord.example")
    theme = tomllib.loads((tmp_path / "shop/themes/plain/theme.toml").read_text("utf-8"))
    assert theme["brand"]["name"] == shown
    shop = tmp_path / "shop"
    run(franking, shop, "send", REPORT, "--kind", "order_confirmation", *CLOCK, "--transport", "dir:out", "--limit", "1")
    (file,) = (shop / "out").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["From"].addresses[0].display_name == shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no --brand is given"),
        (("--brand", "Kiefer"), "no --sender is given"),
        (("--brand", "Fjord & Pine", "--sender", "a@kiefer.example"), "the example's brand"),
        (("--brand", "Kiefer", "--sender", "shop@fjord-and-pine.example"), "the example's address"),
        (("--brand", "Kiefer", "--sender", "nobody"), "expected for example"),
        (("--brand", "Kie\nfer", "--sender", "a@kiefer.example"), "control character"),
        ((*BRAND, "--logo", "missing.png"), "missing.png: cannot be read"),
        ((*BRAND, "--logo", "text.png"), "text.png: no picture"),
        ((*BRAND, "--logo", str(ROOT / "themes/brand/assets/logo.png")), "the example's logo"),
    ],
)
def test_what_cannot_be_a_brand_changes_nothing(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "text.png").write_text("no picture")
    franking = Path(sys.executable).with_name("franking")
    done = run(franking, tmp_path, "init", "shop", *arguments, code=2)
    assert told in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("there", ["templates", "themes", "franking.toml", "Makefile", "samples"])
def test_what_is_there_stays(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    franking = Path(sys.executable).with_name("franking")
    assert "exists already; nothing was changed" in run(franking, tmp_path, "init", *BRAND, code=2).stderr
    assert [path.name for path in tmp_path.iterdir()] == [there]
