# Everything runs in .venv, made from the locked requirements; only Python 3.11+, make and a package
# index are needed. `make chat` and `make test` do all the set-up themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
Q ?= 红色代办能办哪些手续

.DEFAULT_GOAL := help
.PHONY: help chat ask run doctor test check sound quality format lock clean

help: ## 列出可用的命令
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

$(VENV)/runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "正在安装依赖（只有第一次慢）……" >&2
	@$(PIP) install -q --require-hashes -r requirements.lock
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	@echo "正在安装测试要用的依赖……" >&2
	@$(PIP) install -q --require-hashes -r requirements-dev.lock
	@touch $@

chat: $(VENV)/runtime ## 在终端里打开答疑台，不用令牌
	@$(BIN)/dangbot chat

ask: $(VENV)/runtime ## 问一句：make ask Q="红色代办能办哪些手续"
	@$(BIN)/dangbot ask "$(Q)"

run: $(VENV)/runtime ## 在 Telegram 群里运行
	@$(BIN)/dangbot run

doctor: $(VENV)/runtime ## 检查令牌、权限、时区、资料、数据库
	@$(BIN)/dangbot doctor

test: $(VENV)/dev ## 装好测试要用的一切，跑全部测试
	@$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

check: $(VENV)/dev ## 持续集成跑的全部：格式、规范、类型、测试、资料
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j 2 sound test

# Beside the tests: the types take one core for half a minute, and tests often wait.
sound: $(VENV)/dev
	@$(BIN)/mypy
	@$(BIN)/dangbot check

quality: $(VENV)/dev ## 重新量一遍，更新 docs/quality.md 里的表（约十分钟）
	@$(BIN)/python -m benchmarks.report

format: $(VENV)/dev ## 整理格式
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-header -q

lock: ## 依赖变了以后重新锁定（需要 uv）
	$(LOCK) --group dev --extra postgresql --extra poster -o requirements-dev.lock
	# The same versions in both: what is tested is what runs.
	$(LOCK) --group build -c requirements-dev.lock -o requirements.lock

clean: ## 删掉环境和缓存
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
