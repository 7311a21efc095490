/* What every page does better with JavaScript, and does without it too: search by "/", menus that close, filters that
   apply at once, rows that are chosen together, text fields that grow, short notices. */
(function () {
  "use strict";
  var Tracker = window.Tracker = window.Tracker || {};
  var SHOWN_MS = 6000;
  var SMALL = "(max-width: 899.98px), (max-height: 799.98px)", NARROW = "(max-width: 899.98px)";

  function all(selector, scope) { return Array.from((scope || document).querySelectorAll(selector)); }

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
  }
  Tracker.all = all;
  Tracker.typing = typing;

  /* A notice in the corner; success goes away by itself unless pointed at, an error stays. */
  Tracker.toast = function (text, kind, action) {
    var box = document.createElement("div");
    var words = document.createElement("span");
    var close = document.createElement("button");
    box.className = "toast-box";
    if (kind === "success") { box.dataset.light = "green"; }
    if (kind === "error") { box.dataset.light = "red"; }
    words.textContent = text;
    box.append(words);
    if (action) { box.append(action); }
    close.type = "button";
    close.className = "act";
    close.textContent = "关闭";
    close.addEventListener("click", function () { box.remove(); });
    box.append(close);
    document.getElementById("toasts").append(box);
    if (kind !== "error") { leaveLater(box); }
    return box;
  };

  function leaveLater(box) {
    var timer;
    function start() { timer = window.setTimeout(function () { box.remove(); }, SHOWN_MS); }
    function stop() { window.clearTimeout(timer); }
    box.addEventListener("mouseenter", stop);
    box.addEventListener("focusin", stop);
    box.addEventListener("mouseleave", start);
    box.addEventListener("focusout", start);
    start();
  }

  /* Things that only make sense with scripts come out; their stand-ins go by CSS (.js [data-nojs]). */
  function reveal() { all("[data-js]").forEach(function (part) { part.hidden = false; }); }

  function searchBySlash(event) {
    var field = document.getElementById("search");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field || typing(event.target)) { return; }
    event.preventDefault();
    field.focus();
    field.select();
  }

  var FLOATING = "details[data-menu][open], details[data-ask][open], details.why[open], details.help-word[open]";

  function closeOthers(target) {
    all(FLOATING).forEach(function (part) {
      if (!part.contains(target) && !part.closest(".why-static")) { part.open = false; }
    });
  }

  function closeByEscape(event) {
    if (event.key !== "Escape") { return; }
    all(FLOATING).forEach(function (part) {
      if (part.closest(".why-static")) { return; }
      var inside = part.contains(document.activeElement);
      part.open = false;
      if (inside) { part.querySelector("summary").focus(); }
    });
  }

  function clicks(event) {
    closeOthers(event.target);
    var close = event.target.closest("[data-close]");
    if (close) {
      var part = close.closest("details");
      part.open = false;
      part.querySelector("summary").focus();
    }
    if (event.target.closest("[data-back]")) { window.history.back(); }
  }

  function applyAtOnce(event) {
    var form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.tagName === "SELECT") { form.requestSubmit(); }
  }

  /* The theme changes in place, so that nothing typed on the page is lost; where that fails, the form goes the long way. */
  function changeTheme(event) {
    var form = event.target.closest("form[data-theme-form]");
    if (!form || !event.submitter) { return; }
    event.preventDefault();
    var chosen = event.submitter.value;
    var body = new FormData(form);
    body.set("theme", chosen);
    window.fetch(form.action, { method: "POST", body: body, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      document.documentElement.dataset.theme = chosen;
      Tracker.showTheme();
      all("button[name=theme]", form).forEach(function (button) {
        button.setAttribute("aria-pressed", String(button.value === chosen));
      });
    }).catch(function () { Tracker.toast("外观没有改成，请稍后再试。", "error"); });
  }

  /* A second click while the first is on its way sends nothing twice. */
  function sendOnce(event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    window.setTimeout(function () { delete form.dataset.sending; }, 4000);
  }

  function markRow(box) {
    var row = box.closest("tr");
    if (row) { row.classList.toggle("sel", box.checked); }
  }

  function rowBoxes(scope) { return all("tbody .check input[type=checkbox]", scope); }

  /* What a box for all stands for: the rows of its own table, or of all tables where it stands outside. */
  function boxesOf(head, scope) { return rowBoxes(head.closest("table") || scope); }

  function countChosen(scope) {
    var boxes = rowBoxes(scope);
    var chosen = boxes.filter(function (box) { return box.checked; });
    var whole = all("[data-whole]", scope).find(function (box) { return box.checked; });
    var count = whole ? whole.dataset.whole : chosen.length;
    all("[data-bulk-words]", scope).forEach(function (words) {
      words.textContent = whole || chosen.length ? "已选 " + count + " 项" : "先选中要办的行";
    });
    all("[data-check-all]", scope).forEach(function (head) {
      var mine = boxesOf(head, scope), on = mine.filter(function (box) { return box.checked; }).length;
      head.checked = mine.length > 0 && on === mine.length;
      head.indeterminate = on > 0 && on < mine.length;
    });
  }

  function chooseRange(boxes, from, to, checked) {
    var ends = [boxes.indexOf(from), boxes.indexOf(to)].sort(function (a, b) { return a - b; });
    if (ends[0] < 0) { return; }
    boxes.slice(ends[0], ends[1] + 1).forEach(function (box) { box.checked = checked; markRow(box); });
  }

  function chooser(scope) {
    var last = null;
    var held = false;
    scope.addEventListener("click", function (event) { held = event.shiftKey; }, true);
    scope.addEventListener("change", function (event) {
      var box = event.target;
      if (box.matches("[data-check-all]")) {
        boxesOf(box, scope).forEach(function (each) { each.checked = box.checked; markRow(each); });
      } else if (box.matches(".check input")) {
        if (held && last) { chooseRange(rowBoxes(scope), last, box, box.checked); }
        markRow(box);
        last = box;
      } else if (!box.matches("[data-whole]")) { return; }
      countChosen(scope);
    });
    rowBoxes(scope).forEach(markRow);
    countChosen(scope);
  }

  /* A text field is as high as its text, up to twelve lines. */
  function grow(area) {
    area.style.height = "auto";
    var border = area.offsetHeight - area.clientHeight;
    area.style.height = Math.min(area.scrollHeight + border, 260) + "px";
  }
  Tracker.grow = grow;

  function growing() {
    all("textarea").forEach(function (area) { if (area.value) { grow(area); } });
    document.addEventListener("input", function (event) { if (event.target.tagName === "TEXTAREA") { grow(event.target); } });
  }

  /* On a small screen what is folded stays so until it is opened, and then stays open. */
  function folds() {
    all("details[data-fold=narrow]").forEach(function (part) {
      part.open = !window.matchMedia(NARROW).matches; /* where there is room its summary is gone: nothing to remember */
    });
    all("details[data-fold]:not([data-fold=narrow])").forEach(function (part) {
      var key = "fold:" + window.location.pathname + ":" + part.id;
      var kept = Tracker.recall(key);
      if (kept === "open" || kept === "shut") { part.open = kept === "open"; }
      else if (window.matchMedia(SMALL).matches) { part.open = false; }
      part.querySelector("summary").addEventListener("click", function () {
        Tracker.keep(key, part.open ? "shut" : "open");
      });
    });
  }

  /* Storage may be switched off; then nothing is remembered, and nothing breaks. */
  Tracker.recall = function (key) {
    try { return window.localStorage.getItem(key); } catch (refused) { return null; }
  };
  Tracker.keep = function (key, value) {
    try { window.localStorage.setItem(key, value); return true; } catch (refused) { return false; }
  };
  Tracker.forget = function (key) {
    try { window.localStorage.removeItem(key); } catch (refused) { return; }
  };

  /* Something that is going on: ask every two seconds how far it is; where the answer leads elsewhere, go there. */
  function watch(element) {
    window.setTimeout(function () {
      window.fetch(window.location.href, { redirect: "manual", headers: { "X-Requested-With": "watch" } })
        .then(function (answer) {
          if (answer.type === "opaqueredirect") { window.location.reload(); return null; }
          return answer.ok ? answer.text() : element.outerHTML;
        })
        .then(function (text) {
          if (text === null) { return; }
          var fresh = new DOMParser().parseFromString(text, "text/html").getElementById(element.id);
          if (!fresh) { window.location.reload(); return; }
          element.replaceWith(fresh);
          if (fresh.matches("[data-watch]")) { watch(fresh); }
        })
        .catch(function () { watch(element); });
    }, 2000);
  }

  function start() {
    reveal();
    all("[data-watch]").forEach(watch);
    growing();
    folds();
    all("[data-chooser]").forEach(chooser);
    document.addEventListener("keydown", searchBySlash);
    document.addEventListener("keydown", closeByEscape);
    document.addEventListener("click", clicks);
    document.addEventListener("change", applyAtOnce);
    document.addEventListener("submit", changeTheme);
    document.addEventListener("submit", sendOnce);
    window.addEventListener("pageshow", function () {
      all("form[data-sending]").forEach(function (form) { delete form.dataset.sending; });
    });
  }

  start();
})();
