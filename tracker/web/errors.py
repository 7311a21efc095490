"""Error pages: what happened and what to do, in one sentence, never a code alone."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.domain.errors import (
    DocumentError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    TrackerError,
)
from tracker.extensions import db, login, reading_only, request_id

log = logging.getLogger(__name__)

WORDS = {
    400: ("请求有误", "浏览器送来的内容不完整，请返回重试。"),
    401: ("请先登录", "登录已过期，请重新登录。"),
    403: ("没有权限", "您的岗位不能做这件事。如确需办理，请联系系统管理员。"),
    404: ("没有找到", "没有这一页，或它不在您的范围内。"),
    405: ("不能这样打开", "这个地址只能由页面上的按钮提交。"),
    409: ("内容已被他人更改", "您打开之后，别人已改过这一项。请刷新后再改。"),
    413: ("文件太大", "上传的内容超过上限，请拆分或压缩后再传。"),
    415: ("格式不支持", "不支持这种内容格式。"),
    422: ("内容有误", "提交的内容有误，请检查后重试。"),
    429: ("操作太频繁", "请稍候再试。"),
    500: ("程序出错", "程序出了错，已记录下来。请把下面的编号告诉系统管理员。"),
    503: ("暂时不能服务", "数据库正忙或正在维护，请稍候再试，已填的内容请先不要关闭页面。"),
}

STATUS = {NotAllowedError: 403, NotFoundError: 404, StaleError: 409, DocumentError: 422}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TrackerError, _refused)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(500, _defect)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    return _answer(error.code or 500)


def _forged(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form without its token: most often a page that was open while one signed in anew."""
    return _answer(400, "页面已过期，请返回上一页刷新后重新提交；返回后已填的内容还在。")


def _refused(error: TrackerError) -> ResponseReturnValue:
    db.session.rollback()
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    return _answer(status, error.message)


def _overtaken(error: StaleDataError | IntegrityError) -> ResponseReturnValue:
    """Answer a form that another one overtook in the database itself: the second of two clicks."""
    log.warning("overtaken: %s", error)
    db.session.rollback()
    return _answer(409)


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("database not available: %s", error.orig)
    db.session.rollback()
    return _answer(503)


def _defect(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return _answer(500)


def _answer(status: int, sentence: str | None = None) -> ResponseReturnValue:
    reading_only.set(True)  # a page that says no changes nothing more
    if status >= 500:  # where the database may be what fails, its page asks nothing of it
        g.bare, g._login_user = True, login.anonymous_user()  # noqa: SLF001  Flask-Login's own place
    title, words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    said = sentence or words
    headers = {"Retry-After": "5"} if status in {429, 503} else {}
    if (
        request.headers.get("X-Requested-With")
        or request.accept_mimetypes.best == "application/json"
    ):
        problem = {"title": title, "detail": said, "status": status, "request": request_id.get()}
        response = jsonify(problem)
        response.content_type = "application/problem+json"
        return response, status, headers
    if request_ctx.url_adapter is None:  # a forged Host: no page can be linked to
        return Response(said, status, headers, content_type="text/plain; charset=utf-8")
    own = f"errors/{status}.html" if status in WORDS else "errors/400.html"
    try:
        page = render_template(own, message=sentence, request_id=request_id.get())
    except OperationalError as error:  # who asks stands in the database, and that is away
        return _database(error)
    return page, status, headers
