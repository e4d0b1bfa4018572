from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.config import Settings, load_settings, setting_keys
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAtoken_of_a_test-0000"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("DANGBOT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(text: str | bytes, name: str = "settings.yaml") -> Path:
    file = Path(name)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(written(text))
    return str(caught.value)


def test_the_token_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", TOKEN)
    settings = load_settings()
    assert settings.require_token() == TOKEN
    assert settings.database.url == "sqlite:///data/dangbot.db"
    assert settings.zone == ZoneInfo("Asia/Shanghai")
    assert settings.telegram.call_names == ("小党", "答疑台")


def test_the_token_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("DANGBOT_DATABASE__URL", "postgresql://desk:geheim@db/desk")
    settings = load_settings()
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert TOKEN not in shown
    assert "geheim" not in repr(settings)


def test_without_a_token_it_says_where_to_get_one() -> None:
    with pytest.raises(ConfigError, match="BotFather"):
        load_settings().require_token()


def test_the_default_file_is_read_when_there_is_one() -> None:
    written("place: 鱼台县\n", "config.yaml")
    assert load_settings().place == "鱼台县"


def test_environment_then_secret_file_then_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("secret").write_text("222:from_the_secret_file\n")
    file = written("telegram:\n  token: 111:from_yaml\n  admins: [1]\n")
    assert load_settings(file).require_token() == "111:from_yaml"
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN_FILE", "secret")
    assert load_settings(file).require_token() == "222:from_the_secret_file"
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", "333:from_the_environment")
    settings = load_settings(file)
    assert settings.require_token() == "333:from_the_environment"
    assert settings.telegram.admins == (1,)


@pytest.mark.parametrize("text", ["1, -2", "[1, -2]", "1 -2", "1，-2"])
def test_lists_in_the_environment(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__APPROVED_CHATS", text)
    assert load_settings().telegram.approved_chats == (1, -2)


def test_one_value_for_a_list_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__ADMINS", "7")
    monkeypatch.setenv("DANGBOT_TELEGRAM__CALL_NAMES", "小红、红红")
    settings = load_settings()
    assert settings.telegram.admins == (7,)
    assert settings.telegram.call_names == ("小红", "红红")


@pytest.mark.parametrize("text", ["-100=strict,-200=off", '{"-100": "strict", "-200": "off"}'])
def test_overheard_in_the_environment(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__OVERHEARD", text)
    assert load_settings().telegram.overheard == {-100: "strict", -200: "off"}


def test_yaml_off_is_off() -> None:
    file = written("telegram:\n  overheard: {-100: off, -200: strict}\n")
    assert load_settings(file).telegram.overheard == {-100: "off", -200: "strict"}


def test_an_empty_file_and_empty_values_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", "")
    assert load_settings(written("# 只有注释\n")).telegram.token is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("telegram:\n  tokn: x\n", ["telegram.tokn", "没有这一项", "telegram.token？"]),
        ("plase: x\n", ["plase", "place"]),
        ("telegram:\n  admins: [王芳]\n", ["telegram.admins.0", "整数"]),
        ("telegram:\n  overheard: {-1: loud}\n", ["telegram.overheard", "off 或 strict"]),
        ("limits:\n  messages: 0\n", ["settings.yaml:2", "limits.messages", "太小"]),
        ("limits:\n  messages: 很多\n", ["limits.messages", "整数"]),
        ("organisation: {units: [{id: jy, nmae: x}]}\n", ["settings.yaml:1", "units.name？"]),
        ("organisation:\n  units:\n    - {id: JY, name: x}\n", ["settings.yaml:3", "小写字母"]),
        ("organisation:\n  units:\n    - {id: jy}\n", ["settings.yaml:3", "units.0.name", "少了"]),
        ("organisation:\n  units: [jy]\n", ["units.0", "键: 值"]),
        ("organisation:\n  quiet_hours: 晚上\n", ["quiet_hours", "22:00-07:00"]),
        ("organisation: {file: nowhere.yaml}\n", ["organisation.file", "nowhere.yaml"]),
        ("time_zone: 北京\n", ["time_zone", "时区"]),
        ("time_zone: ../etc/passwd\n", ["time_zone", "时区"]),
        ("database:\n  url: mysql://x\n", ["database.url", "sqlite"]),
        ("telegram:\n  base_url: api.telegram.org\n", ["telegram.base_url", "http"]),
        ("telegram:\n  token: '令牌 在此'\n", ["telegram.token", "字符"]),
        ("telegram: 5\n", ["telegram", "键: 值"]),
        ("- a\n- b\n", ["键: 值"]),
        ("1: 2\n", ["键: 值"]),
        ("place: a\nplace: b\n", ["settings.yaml:2", "写了两次"]),
        ("telegram:\n\tadmins: []\n", ["settings.yaml:2", "Tab"]),
        ("telegram: [\n", ["settings.yaml", "YAML"]),
        ("a: &x [1]\nb: *x\n", ["& 和 *"]),
        ("place: !!python/object:os.system x\n", ["YAML"]),
        ("place: '\ud83d'\n".encode("utf-8", "surrogatepass"), ["UTF-8"]),
        (b"\xff\xfe\x00p", ["UTF-8"]),
        (b"a: b\n" * 300_000, ["太大"]),
        ("[" * 5000, ["settings.yaml"]),
        ("place: 2020-13-45\n", ["读不懂"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_key_and_a_hint(text: str | bytes, words: list[str]) -> None:
    said = refused(text)
    for word in [*words, "怎么办"]:
        assert word in said


def test_all_problems_at_once() -> None:
    said = refused("plase: x\nlimits: {messages: -1}\ntime_zone: nowhere\n")
    assert said.count("设置 ") == 3


def test_a_wrong_environment_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKN", "x")
    with pytest.raises(ConfigError, match="是不是想写 DANGBOT_TELEGRAM__TOKEN？"):
        load_settings()


def test_a_wrong_environment_value_names_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__ADMINS", "王芳")
    with pytest.raises(ConfigError, match="来自环境变量"):
        load_settings()


def test_a_wrong_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN", "12 3:geheim")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "geheim" not in str(caught.value)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        load_settings(Path("nowhere.yaml"))


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"two words"])
def test_a_bad_secret_file_is_told(content: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if content is not None:
        Path("secret").write_bytes(content)
    monkeypatch.setenv("DANGBOT_TELEGRAM__TOKEN_FILE", "secret")
    with pytest.raises(ConfigError, match=r"telegram\.token_file"):
        load_settings()


def test_a_token_in_git_is_refused() -> None:
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "init", "-q", "."], check=True)  # noqa: S603
    file = written(f"telegram:\n  token: {TOKEN}\n", "config.yaml")
    with pytest.raises(ConfigError, match="git") as caught:
        load_settings(file)
    assert TOKEN not in str(caught.value)
    Path(".gitignore").write_text("/config.yaml\n")
    assert load_settings(file).require_token() == TOKEN


def test_units_of_a_file_of_their_own_come_after_those_of_the_settings() -> None:
    Path("units.yaml").write_text("# 各级\nunits:\n  - {id: b, name: 乙, parent: a}\n")
    file = written("organisation:\n  file: units.yaml\n  units:\n    - {id: a, name: 甲}\n")
    units = load_settings(file).organisation.units
    assert [(unit.id, unit.at) for unit in units] == [
        ("a", "settings.yaml:4"),
        ("b", "units.yaml:3"),
    ]


def test_a_slip_in_the_file_of_units_is_told_with_its_line() -> None:
    Path("units.yaml").write_text("units:\n  - {id: b, name: 乙}\n  - {id: c, parent: b}\n")
    assert "units.yaml:3 设置 units.1.name：少了这一项" in refused(
        "organisation: {file: units.yaml}\n"
    )


def test_the_example_file_has_every_key_with_its_default_and_a_comment() -> None:
    file = ROOT / "config.example.yaml"
    values = yaml.safe_load(file.read_text())
    found = {
        f"{name}.{key}" if isinstance(value, dict) else name
        for name, value in values.items()
        for key in (value if isinstance(value, dict) else [name])
    }
    assert found == set(setting_keys())
    assert load_settings(file) == Settings()


def test_reminders_are_read_however_a_time_is_written() -> None:
    text = "reminders:\n  overview: 9:00\n  rules: [提前2天9:00, 当天8:00, 提前半小时]\n"
    given = load_settings(written(text)).reminders
    assert given.overview == "9:00"  # a bare 9:00 is a number to YAML
    assert given.rules == ("提前2天9:00", "当天8:00", "提前半小时")
    assert load_settings(written('reminders: {overview: ""}')).reminders.overview == ""


def test_the_word_of_the_week_can_be_turned_off() -> None:
    assert load_settings(written('stats: {digest: ""}')).stats.digest == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reminders: {rules: [到时候叫我]}", "看不懂“到时候叫我”，写成 提前1天17:00"),
        ("reminders: {overview: 月初}", "写成 9:00；不要总览就写成空的引号"),
        ("reminders: {grace_hours: 999}", "太大了"),
        ("stats: {digest: 月初}", "写成 周一 9:00；不要周报就写成空的引号"),
        ("stats: {keep_days: 7}", "太小了"),
    ],
)
def test_wrong_moments_are_told(text: str, said: str) -> None:
    assert said in refused(text)
