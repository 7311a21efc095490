/* What is typed into a form[data-draft-key] is copied into the browser until the server has it. The key names person and
   form (for example report-17-2026-07), so that nobody finds another's words on a shared machine. */
(function () {
  "use strict";
  var Tracker = window.Tracker = window.Tracker || {};

  function fieldsOf(form) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && field.name !== "csrf_token" && !/^(hidden|password|file|submit|button|checkbox|radio)$/.test(field.type);
    });
  }

  function serverValue(field) {
    if (field.tagName !== "SELECT") { return field.defaultValue; }
    var chosen = Array.from(field.options).find(function (each) { return each.defaultSelected; }) || field.options[0];
    return chosen ? chosen.value : "";
  }

  function read(key) {
    try { return JSON.parse(Tracker.recall(key) || "null") || null; } catch (broken) { return null; }
  }

  function put(field, value) {
    field.value = value;
    if (field.tagName === "TEXTAREA") { Tracker.grow(field); }
  }

  function Draft(form) {
    this.form = form;
    this.key = "draft:" + form.dataset.draftKey;
    this.fields = fieldsOf(form);
    this.known = {};
    this.parked = {};
    this.leaving = false;
    this.fields.forEach(function (field) { this.known[field.name] = serverValue(field); }, this);
  }

  /* The fields that differ from what the server has. */
  Draft.prototype.changes = function () {
    var known = this.known, found = {};
    this.fields.forEach(function (field) {
      if (field.value !== known[field.name]) { found[field.name] = { was: known[field.name], now: field.value }; }
    });
    return found;
  };

  Draft.prototype.copy = function () {
    var found = Object.assign({}, this.parked, this.changes());
    if (Object.keys(found).length) { Tracker.keep(this.key, JSON.stringify({ at: new Date().toISOString(), fields: found })); }
    else { Tracker.forget(this.key); }
  };

  /* The server has confirmed these values; what was typed since stays in the copy. While the page is being left all of it stays:
     the next page may have been drawn a moment before the server had it. */
  Draft.prototype.confirm = function (sent) {
    Object.keys(sent).forEach(function (name) { this.known[name] = sent[name]; }, this);
    if (!this.leaving) { this.copy(); }
  };

  Draft.prototype.values = function () {
    var found = {};
    this.fields.forEach(function (field) { found[field.name] = field.value; });
    return found;
  };

  /* Puts back what was typed but never confirmed; a field that someone else has changed meanwhile is shown, not overwritten. */
  Draft.prototype.restore = function () {
    var kept = read(this.key), back = 0;
    if (!kept || !kept.fields) { return; }
    this.fields.forEach(function (field) {
      var copy = kept.fields[field.name];
      if (!copy || copy.now === field.value) { return; }
      if (copy.was !== this.known[field.name]) { this.parked[field.name] = copy; return; }
      put(field, copy.now);
      back += 1;
    }, this);
    if (back) { Tracker.toast("已找回上次没有存上的 " + back + " 处内容，请核对。", "info"); }
    this.offerParked();
    this.copy();
  };

  /* What someone else has changed meanwhile stays with the copy until the person has chosen. */
  Draft.prototype.offerParked = function () {
    var draft = this, names = Object.keys(this.parked);
    if (!names.length) { return; }
    var mine = document.createElement("button");
    mine.type = "button";
    mine.className = "act";
    mine.textContent = "用我填的";
    var said = names.map(function (name) { return draft.parked[name].now || "（空）"; }).join("；");
    var box = Tracker.toast("有 " + names.length + " 处在您离开后另有改动，没有覆盖。您当时填的是：" + said, "error", mine);
    function settle() { draft.parked = {}; draft.copy(); box.remove(); }
    mine.addEventListener("click", function () {
      draft.fields.forEach(function (field) { if (draft.parked[field.name]) { put(field, draft.parked[field.name].now); } });
      settle();
      draft.form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    box.lastElementChild.addEventListener("click", settle);
  };

  Tracker.Draft = Draft;

  Array.from(document.querySelectorAll("form[data-draft-key]")).forEach(function (form) {
    var draft = new Draft(form);
    form.trackerDraft = draft;
    draft.restore();
    form.addEventListener("input", function () { draft.leaving = false; draft.copy(); });
    window.addEventListener("beforeunload", function () { draft.leaving = true; });
  });
})();
