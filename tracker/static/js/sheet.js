/* The reporting sheet, form[data-autosave]: Enter goes down, a pasted column fills one, a draft saves itself, and sums and lights come
   back from the server. Loaded after draft.js, which keeps a copy in the browser until the server has confirmed. */
(function () {
  "use strict";
  var Tracker = window.Tracker;
  var WAIT_MS = 1500, RETRY_MS = 15000;

  function columnOf(field) {
    if (field.dataset.column) { return field.dataset.column; }
    var cell = field.closest("td, th");
    return cell ? String(cell.cellIndex) : "";
  }

  function columnFields(form, field) {
    var table = field.closest("table"), column = columnOf(field);
    return Tracker.all("tbody input, tbody textarea, tbody select", table || form).filter(function (each) {
      return columnOf(each) === column && !each.disabled && !each.readOnly && each.type !== "hidden" && each.type !== "checkbox";
    });
  }

  function enterGoesDown(form, event) {
    var field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || !field.closest("td")) { return; }
    if (field.tagName === "TEXTAREA" && event.shiftKey) { return; }
    if (!/^(INPUT|TEXTAREA)$/.test(field.tagName)) { return; }
    event.preventDefault();
    var column = columnFields(form, field);
    var next = column[column.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (next) { next.focus(); if (next.select) { next.select(); } }
  }

  /* Rows of cells as Excel copies them; a line break inside a quoted cell is part of the cell. */
  function cells(text) {
    var rows = [[""]], quoted = false, at, sign, row;
    for (at = 0; at < text.length; at += 1) {
      sign = text[at];
      row = rows[rows.length - 1];
      if (sign === '"' && (quoted || row[row.length - 1] === "")) {
        if (quoted && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; } else { quoted = !quoted; }
      } else if (!quoted && sign === "\t") { row.push(""); }
      else if (!quoted && sign === "\n") { rows.push([""]); }
      else if (sign !== "\r") { row[row.length - 1] += sign; }
    }
    if (rows.length > 1 && rows[rows.length - 1].join("") === "") { rows.pop(); }
    return rows;
  }

  function columnsFrom(form, field) {
    var row = field.closest("tr");
    var across = Tracker.all("input, textarea, select", row).filter(function (each) {
      return each.type !== "hidden" && each.type !== "checkbox" && !each.disabled && !each.readOnly;
    });
    return across.slice(across.indexOf(field)).map(function (each) { return columnFields(form, each); });
  }

  function put(field, value) {
    if (!field) { return 0; }
    field.value = value.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return 1;
  }

  function pasteFillsColumn(form, event) {
    var field = event.target;
    var text = (event.clipboardData || window.clipboardData).getData("text");
    if (!field.closest("td") || !/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) { return; }
    if (field.tagName === "TEXTAREA" && text.indexOf("\t") < 0) { return; }
    event.preventDefault();
    var rows = cells(text), columns = columnsFrom(form, field), filled = 0;
    var first = columns[0].indexOf(field);
    rows.forEach(function (row, down) {
      row.forEach(function (value, across) { filled += columns[across] ? put(columns[across][first + down], value) : 0; });
    });
    var whole = rows.reduce(function (sum, row) { return sum + row.length; }, 0);
    Tracker.toast(filled < whole ? "粘贴了 " + filled + " 格，多出的 " + (whole - filled) + " 格没有对应的行，已略去。" : "粘贴了 " + filled + " 格。", filled < whole ? "error" : "success");
  }

  function setLight(place, light, word) {
    var span = place.querySelector(".light") || place.appendChild(document.createElement("span"));
    span.className = "light";
    span.dataset.light = light || "grey";
    span.textContent = word || "";
  }

  function showError(form, row, key, error) {
    var place = form.querySelector('[data-error-for="' + window.CSS.escape(key) + '"]');
    if (!place) {
      if (!error) { return; }
      var note = document.createElement("tr");
      var cell = note.appendChild(document.createElement("td"));
      note.className = "bad-note";
      cell.colSpan = row.cells.length;
      place = cell.appendChild(document.createElement("span"));
      place.className = "err";
      place.dataset.errorFor = key;
      place.id = "error-" + key;
      row.after(note);
    }
    place.textContent = error || "";
    var line = place.closest("tr.bad-note");
    if (line) { line.hidden = !error; }
  }

  /* The figure that was probably meant, as a button behind the error. */
  function offerRepair(form, key, value) {
    var place = form.querySelector('[data-error-for="' + window.CSS.escape(key) + '"]');
    if (!place) { return; }
    var button = place.parentElement.querySelector("[data-repair]");
    if (!value) { if (button) { button.remove(); } return; }
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "act";
      button.dataset.repair = key + "-amount";
      place.after(" ", button);
    }
    button.dataset.value = value;
    button.textContent = "改为 " + value;
  }

  function showRow(form, key, figures) {
    var row = form.querySelector('[data-key="' + window.CSS.escape(key) + '"]');
    if (!row) { return; }
    ["cumulative", "rate"].forEach(function (name) {
      var place = row.querySelector('[data-out="' + name + '"]');
      if (place && name in figures) { place.textContent = figures[name] || (name === "rate" ? "" : "—"); }
    });
    var light = row.querySelector('[data-out="light"]');
    if (light && "light" in figures) { setLight(light, figures.light, figures.word); }
    if (!("error" in figures)) { return; }
    row.classList.toggle("bad", Boolean(figures.error));
    showError(form, row, key, figures.error);
    if ("ask" in figures) { row.toggleAttribute("data-ask", Boolean(figures.ask)); offerRepair(form, key, figures.repair); }
    var field = row.querySelector('[data-column="actual"]') || row.querySelector("input");
    if (field) { markField(field, key, Boolean(figures.error)); }
  }

  function markField(field, key, wrong) {
    field.classList.toggle("is-invalid", wrong);
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", "error-" + key);
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }

  function Sheet(form) {
    this.form = form;
    this.draft = form.trackerDraft || new Tracker.Draft(form);
    this.status = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    this.timer = null;
    this.busy = false;
    this.again = false;
    this.notice = null;
  }

  Sheet.prototype.say = function (text, wrong) {
    if (!this.status) { return; }
    this.status.textContent = text;
    this.status.classList.toggle("ok-line", !wrong && Boolean(text));
    this.status.classList.toggle("err", Boolean(wrong));
  };

  Sheet.prototype.soon = function (wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.save.bind(this), wait === undefined ? WAIT_MS : wait);
  };

  Sheet.prototype.save = function () {
    window.clearTimeout(this.timer);
    if (this.busy) { this.again = true; return; }
    if (!Object.keys(this.draft.changes()).length) { return; }
    this.busy = true;
    this.say("正在保存…");
    var sheet = this, sent = this.draft.values(), token = this.form.querySelector("[name=csrf_token]");
    window.fetch(this.form.dataset.autosave, {
      method: "POST", body: new FormData(this.form), credentials: "same-origin", redirect: "manual",
      headers: { "X-CSRFToken": token ? token.value : "", "Accept": "application/json", "X-Requested-With": "fetch" }
    }).then(function (answer) { return sheet.answered(answer, sent); })
      .catch(function () { sheet.failed("网络不通，已在本机留底，接通后自动保存。", true); })
      .then(function () {
        sheet.busy = false;
        if (sheet.again) { sheet.again = false; sheet.soon(); }
      });
  };

  Sheet.prototype.answered = function (answer, sent) {
    var sheet = this;
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 302) { return this.signedOut(); }
    if (answer.ok) { return answer.json().then(function (body) { sheet.saved(body, sent); }); }
    if (answer.status === 400 || answer.status === 403) { return this.renewed(answer); }
    return this.refused(answer);
  };

  Sheet.prototype.saved = function (body, sent) {
    var form = this.form;
    this.draft.confirm(sent);
    this.renewing = false;
    if (this.notice) { this.notice.remove(); this.notice = null; }
    this.say("已保存 " + (body.saved_at || ""));
    Object.keys(body.rows || {}).forEach(function (key) { showRow(form, key, body.rows[key]); });
    Object.keys(body.words || {}).forEach(function (name) {
      Tracker.all('[data-words="' + name + '"]').forEach(function (place) { place.textContent = body.words[name]; });
    });
    if (body.version !== undefined && form.elements.version) { form.elements.version.value = body.version; }
  };

  Sheet.prototype.refused = function (answer) {
    var sheet = this;
    var general = answer.status === 409 ? "别人刚改过，没有保存。请刷新后对照，您填的已在本机留底。" : "没有保存，已在本机留底，稍后自动再试。";
    return answer.json().catch(function () { return {}; }).then(function (body) {
      sheet.failed(body.message || body.detail || general, answer.status >= 500 || answer.status === 429);
    });
  };

  Sheet.prototype.failed = function (words, retry) {
    this.draft.copy();
    this.say(words, true);
    if (retry) { this.soon(RETRY_MS); }
  };

  /* The session is over: the text stays, and saving goes on after signing in in another tab. */
  Sheet.prototype.signedOut = function () {
    this.failed("登录已失效，填的内容都在。", false);
    if (this.notice && this.notice.isConnected) { return; }
    var link = document.createElement("a");
    link.className = "act";
    link.href = "/login";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "在新页登录";
    this.notice = Tracker.toast("登录已失效，您填的内容都在本机留底。登录后回到此页，会自动接着保存。", "error", link);
  };

  /* After signing in again the page's token is an old one: take the new one from the same page, once, and try again. */
  Sheet.prototype.renewed = function (answer) {
    var sheet = this;
    if (this.renewing) { return this.refused(answer); }
    this.renewing = true;
    return window.fetch(window.location.href, { credentials: "same-origin", redirect: "manual" }).then(function (page) {
      if (!page.ok) { sheet.renewing = false; return sheet.signedOut(); }
      return page.text().then(function (text) { sheet.takeToken(text); });
    });
  };

  Sheet.prototype.takeToken = function (text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[name=csrf_token]");
    if (!fresh) { this.signedOut(); return; }
    Tracker.all("[name=csrf_token]").forEach(function (field) { field.value = fresh.value; });
    this.soon(0);
  };

  Sheet.prototype.start = function () {
    var sheet = this, form = this.form;
    form.addEventListener("keydown", function (event) { enterGoesDown(form, event); });
    form.addEventListener("paste", function (event) { pasteFillsColumn(form, event); });
    form.addEventListener("input", function () { sheet.draft.copy(); sheet.say(""); sheet.soon(); });
    form.addEventListener("click", function (event) {
      var repair = event.target.closest("[data-repair]");
      if (repair) { put(document.getElementById(repair.dataset.repair), repair.dataset.value); }
    });
    window.addEventListener("focus", function () { sheet.soon(0); });
    window.addEventListener("online", function () { sheet.soon(0); });
    document.addEventListener("visibilitychange", function () { if (document.hidden) { sheet.save(); } });
    if (Object.keys(this.draft.changes()).length) { this.soon(0); }
  };

  Tracker.all("form[data-autosave]").forEach(function (form) { new Sheet(form).start(); });
})();
