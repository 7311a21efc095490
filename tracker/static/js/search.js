/* Lists that are searched as one types (htmx): where an answer does not come, say so instead of showing an old list. */
(function () {
  "use strict";

  function sayWhy(event) {
    var status = event.detail.xhr ? event.detail.xhr.status : 0;
    var words = status === 401 ? "登录已过期，请刷新页面后重新登录。" : "没有查到，请稍后再试。";
    window.Tracker.toast(words, "error");
  }

  document.addEventListener("htmx:responseError", sayWhy);
  document.addEventListener("htmx:sendError", sayWhy);
}());
