"""One file to start from: `python3 dev.py run | test | check | setup`. Standard library only.

It makes .venv, installs what is pinned, fetches the browser libraries, and then hands over.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
INSTANCE = ROOT / "instance"
SCHEDULER_LOG = INSTANCE / "scheduler.log"
VENDOR = ROOT / "tracker" / "static" / "vendor"
OLDEST = (3, 11)
LIBRARIES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "axe-core/axe.min.js": "axe.min.js",
}


class StopError(Exception):
    """Something that the person at the keyboard has to mend; the message says what."""


def main() -> int:
    """Do what the command line says; a StopError becomes one sentence and exit code 1."""
    arguments = read_arguments()
    if sys.version_info < OLDEST:
        print(f"需要 Python 3.11 或更新的版本，当前是 {sys.version.split()[0]}。", file=sys.stderr)
        return 1
    try:
        return arguments.command(arguments)
    except StopError as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止。再次运行会从中断处继续。", file=sys.stderr)
        return 130


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="setup|run|test|check")
    commands.add_parser("setup", help="make the environment and stop").set_defaults(command=setup)
    run = commands.add_parser("run", help="serve on 127.0.0.1 with the scheduler beside it")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--empty", action="store_true", help="without the demonstration bureau")
    run.set_defaults(command=serve)
    test = commands.add_parser("test", help="every test")
    test.add_argument("pytest", nargs="*", help="passed on to pytest, after --")
    test.set_defaults(command=run_tests)
    commands.add_parser("check", help="linters, types, contracts, tests, coverage").set_defaults(
        command=check
    )
    return parser.parse_args()


# ---------------------------------------------------------------------------------------------- set-up


def setup(_arguments: argparse.Namespace | None = None, *, development: bool = False) -> int:
    """Make .venv as pinned, and fetch the browser libraries. Quick when nothing changed."""
    make_environment("requirements-dev.txt" if development else "requirements.txt")
    fetch_libraries()
    return 0


def make_environment(requirements: str) -> None:
    """Install the pinned requirements, unless the ones installed are these."""
    wanted = ROOT / requirements
    mark = VENV / (".installed-" + wanted.stem)
    digest = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and mark.exists() and mark.read_text() == digest:
        return
    if not PYTHON.exists() or not runs(PYTHON):
        say("建立 Python 环境 .venv ……")
        make_venv()
    say(f"安装 {requirements}（首次约需一两分钟）……")
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",  # the lock names everything; pip must not look for newer ones that an extra would allow
        "-r",
        wanted,
    ]
    if call(command) != 0:
        raise StopError(
            "依赖没有装全：多半是网络不通或没有 pip。联网后重新运行同一条命令即可，已装的不会重装。"
        )
    mark.write_text(digest)


def make_venv() -> None:
    """Make an empty .venv; say in words what is in the way."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        if not os.access(ROOT, os.W_OK):
            raise StopError(f"这个文件夹不能写入：{ROOT}。请换一个有写权限的位置。") from None
        hint = (
            "Debian、Ubuntu 上请先安装 python3-venv。"
            if "ensurepip" in (error.stdout + error.stderr)
            else error.stderr.strip()
        )
        raise StopError("建立 .venv 失败。" + hint) from None


def runs(python: Path) -> bool:
    """Tell whether the environment's Python still starts (it does not after a move or an upgrade)."""
    try:
        return (
            subprocess.run(
                [str(python), "-c", "import pip"], capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def fetch_libraries() -> None:
    """Copy the charts' library and htmx out of what npm installs; without npm say so and go on."""
    lock = ROOT / "package-lock.json"
    mark = VENDOR / ".installed"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        return
    npm = shutil.which("npm")
    if npm is None:
        say("没有 npm：图表用表格代替，其余不受影响。装好 Node.js 后重新运行即可。")
        return
    say("取浏览器端的库（npm）……")
    if call([npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]) != 0:
        say("浏览器端的库没有取到（网络不通？）：图表用表格代替，其余不受影响。")
        return
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in LIBRARIES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    mark.write_text(digest)


# ------------------------------------------------------------------------------------------------- run


def serve(arguments: argparse.Namespace) -> int:
    """Upgrade the database, load the demonstration bureau on first use, serve with the scheduler until Ctrl-C."""
    refuse_taken_port(arguments.port)
    setup()
    environ = dict(os.environ)
    address = f"http://127.0.0.1:{arguments.port}"
    environ.setdefault("TRACKER_BASE_URL", address)
    prepare_database(environ, empty=arguments.empty)
    processes = [
        start(web_command(arguments.port), environ),
        start([flask(), "scheduler", "run"], environ, SCHEDULER_LOG),
    ]
    try:
        wait_until_up(address, processes)
        tell_how_to_sign_in(environ)
        say(f"定时程序的日志：{SCHEDULER_LOG.relative_to(ROOT)}")
        say(f"\n已启动：{address}   （按 Ctrl-C 停止）")
        return watch(processes)
    finally:
        stop(processes)


def prepare_database(environ: dict[str, str], *, empty: bool) -> None:
    """Bring the schema to its newest; on first use of the default database load the demonstration bureau."""
    try:
        INSTANCE.mkdir(exist_ok=True)
        pending = INSTANCE / ".demo-pending"
        if (
            not environ.get("TRACKER_DATABASE_URL")
            and not (INSTANCE / "tracker.sqlite3").exists()
            and not empty
        ):
            pending.touch()
    except OSError:
        raise StopError(f"不能写入 {INSTANCE}。请换一个有写权限的位置。") from None
    if call([flask(), "db", "upgrade"], environ) != 0:
        raise StopError("数据库没有准备好，原因见上。")
    if pending.exists():
        say("载入演示单位 ……")
        if call([flask(), "demo", "load"], environ) != 0:
            raise StopError(
                "演示单位没有载入，原因见上。不要演示数据可用：python3 dev.py run --empty"
            )
        pending.unlink()


def tell_how_to_sign_in(environ: dict[str, str]) -> None:
    """Print the demonstration's names and password, or how to make the first user."""
    if call([flask(), "demo", "logins"], environ) != 0:
        say("还没有用户。先导入单位，再建用户，见 README。")
    if not environ.get("TRACKER_SMTP_HOST"):
        say("没有设邮件服务器：邮件写到 instance/mail/，也可在页面“管理 → 发件箱”中查看。")


def web_command(port: int) -> list[str]:
    """Return the command of the web server."""
    if os.name == "nt":
        return [str(BIN / "waitress-serve"), f"--listen=127.0.0.1:{port}", "wsgi:app"]
    return [
        str(BIN / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8",
        "--no-control-socket", "--log-level", "warning", "--graceful-timeout", "5",
    ]  # fmt: skip


def refuse_taken_port(port: int) -> None:
    """Stop before any work if somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StopError(
                f"端口 {port} 已被占用。请换一个：python3 dev.py run --port {port + 1}"
            ) from None


def start(
    command: list[str], environ: dict[str, str], log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that Ctrl-C reaches it through us, once; `log` takes what it says."""
    own = os.name != "nt"
    if log is None:
        return subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=own)
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=environ, start_new_session=own, stdout=output, stderr=output
        )


def wait_until_up(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait for /healthz; stop early when a process has ended by itself."""
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            raise StopError("没有启动成功，原因见上。")
        try:
            urllib.request.urlopen(address + "/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise StopError("等了半分钟仍未启动，请看上面的输出。")


def watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until a process ends (an error) or Ctrl-C comes (fine)."""
    signal.signal(signal.SIGTERM, _interrupt)  # a job in the background ignores SIGINT
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    except KeyboardInterrupt:
        say("\n正在停止 ……")
        return 0
    say("有一个进程自行退出，原因见上。")
    return 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask both to end; after eight seconds end them."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()


# --------------------------------------------------------------------------------------- test and check


def run_tests(arguments: argparse.Namespace) -> int:
    """Run every test; what this machine lacks is skipped, and said."""
    setup(development=True)
    return call([PYTHON, "-m", "pytest", "-rs", "-n", "2", *arguments.pytest])


def check(_arguments: argparse.Namespace) -> int:
    """Run every check; go through all of them, and fail if one failed."""
    setup(development=True)
    checks = {
        "ruff": [PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "mypy": [PYTHON, "-m", "mypy"],
        "import contracts": [BIN / "lint-imports"],
        "djlint": [BIN / "djlint", "--check", "--lint", "--quiet", "templates"],
        "tests and coverage": [
            PYTHON, "-m", "pytest", "-rs", "-n", "2", "--cov", "--cov-report=term:skip-covered",
        ],
        "coverage of the rules": [
            PYTHON, "-m", "coverage", "report", "--include=tracker/domain/*,tracker/permissions.py", "--fail-under=100",
        ],
    }  # fmt: skip
    failed = []
    for name, command in checks.items():
        say("== " + name)
        if call(command) != 0:
            failed.append(name)
    say("没有通过：" + "、".join(failed) if failed else "全部通过。")
    return 1 if failed else 0


# ---------------------------------------------------------------------------------------------- helpers


def flask() -> str:
    """Return the path of the environment's flask."""
    return str(BIN / "flask")


def call(command: list[object], environ: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder and return its exit code."""
    try:
        return subprocess.run(
            [str(word) for word in command], cwd=ROOT, env=environ, check=False
        ).returncode
    except OSError as error:
        raise StopError(f"不能运行 {command[0]}：{error.strerror}") from None


def say(words: str) -> None:
    """Print at once, also into a pipe."""
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
