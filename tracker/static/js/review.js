/* Import review, [data-review]: rows tr[data-row] and marks mark[data-row] belong together. j and k move, x chooses, s splits at the
   cursor, m merges, u undoes, by sending the page's own forms ([data-split-form], [data-merge-form], [data-undo-form]); the document scrolls along. */
(function () {
  "use strict";
  var Tracker = window.Tracker;

  function Review(place) {
    this.place = place;
    this.doc = place.querySelector("[data-doc]");
    this.rows = Tracker.all("tr[data-row]", place);
    this.at = this.rows.findIndex(function (row) { return row.classList.contains("cur"); });
    this.memory = "review:" + window.location.pathname;
    this.free = false; /* whether the page is being scrolled by hand, not by j and k */
  }

  Review.prototype.marks = function (key) {
    return this.doc ? Tracker.all('mark[data-row="' + window.CSS.escape(key) + '"]', this.doc) : [];
  };

  Review.prototype.current = function () { return this.rows[this.at] || null; };

  Review.prototype.light = function (key, name, on) {
    this.marks(key).forEach(function (mark) { mark.classList.toggle(name, on); });
  };

  /* Past the last row of a page comes the next page, before the first one the page before. */
  Review.prototype.turn = function (to) {
    var way = this.place.querySelector(to < 0 ? ".pages a[rel=prev]" : ".pages a[rel=next]");
    if (way && this.rows.length) { way.click(); }
  };

  Review.prototype.go = function (to, quiet) {
    if (to < 0 || to >= this.rows.length) { return; }
    var before = this.current(), row = this.rows[to];
    if (before) {
      before.classList.remove("cur");
      before.removeAttribute("aria-current");
      this.light(before.dataset.row, "on", false);
    }
    this.at = to;
    this.free = false;
    row.classList.add("cur");
    row.setAttribute("aria-current", "true");
    this.light(row.dataset.row, "on", true);
    if (!quiet) { row.scrollIntoView({ block: "nearest" }); }
    this.follow(row.dataset.row);
  };

  Review.prototype.step = function (to) {
    if (to < 0 || to >= this.rows.length) { this.turn(to); } else { this.go(to); }
  };

  Review.prototype.goKey = function (key) {
    this.go(this.rows.findIndex(function (row) { return row.dataset.row === key; }));
  };

  /* Brings a row's mark into the middle of the document's own pane, without moving the page. */
  Review.prototype.follow = function (key) {
    var mark = this.marks(key)[0];
    if (!mark || this.doc.scrollHeight <= this.doc.clientHeight) { return; }
    var offset = mark.getBoundingClientRect().top - this.doc.getBoundingClientRect().top;
    this.doc.scrollTop += offset - this.doc.clientHeight / 3;
  };

  /* As the page is scrolled, the document shows the place of the row near the top. */
  Review.prototype.scrollAlong = function () {
    if (!this.free || !this.rows.length || !this.doc || this.doc.matches(":hover")) { return; }
    var box = this.doc.getBoundingClientRect();
    var above = box.right > this.rows[0].getBoundingClientRect().left; /* on a narrow screen the document lies over the rows */
    var top = Math.max(above ? box.bottom : box.top, 0) + 24;
    var row = this.rows.find(function (each) { return each.getBoundingClientRect().bottom > top; });
    if (row) { this.follow(row.dataset.row); }
  };

  Review.prototype.choose = function () {
    var row = this.current(), box = row && row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
  };

  function fill(form, name, values) {
    Tracker.all('input[type=hidden][name="' + name + '"]', form).forEach(function (old) { old.remove(); });
    values.forEach(function (value) {
      var field = form.appendChild(document.createElement("input"));
      field.type = "hidden";
      field.name = name;
      field.value = value;
    });
  }

  Review.prototype.form = function (name) {
    return this.place.querySelector("form[data-" + name + "-form]") || document.querySelector("form[data-" + name + "-form]");
  };

  /* Characters (not UTF-16 units) of a mark before the cursor; the small number after the text is not text. */
  function before(mark, node, offset) {
    var range = document.createRange();
    range.setStart(mark, 0);
    range.setEnd(node, offset);
    var copy = range.cloneContents();
    Tracker.all("sup", copy).forEach(function (sup) { sup.remove(); });
    return Array.from(copy.textContent).length;
  }

  function cursor() {
    var chosen = window.getSelection();
    var node = chosen && chosen.anchorNode;
    var element = node && (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
    var mark = element && element.closest("mark[data-row]");
    return mark ? { key: mark.dataset.row, at: before(mark, node, chosen.anchorOffset), length: before(mark, mark, mark.childNodes.length) } : null;
  }

  Review.prototype.split = function () {
    var form = this.form("split"), place = cursor();
    if (!form) { return; }
    if (!place || place.at === 0 || place.at >= place.length) {
      Tracker.toast("先在原文的标记里点一下要断开的地方，再按 s。", "info");
      return;
    }
    fill(form, "row", [place.key]);
    fill(form, "at", [String(place.at)]);
    form.requestSubmit();
  };

  Review.prototype.chosen = function () {
    return this.rows.filter(function (row) {
      var box = row.querySelector(".check input");
      return box && box.checked;
    }).map(function (row) { return row.dataset.row; });
  };

  Review.prototype.merge = function () {
    var form = this.form("merge"), keys = this.chosen(), row = this.current(), next = this.rows[this.at + 1];
    if (!form) { return; }
    if (keys.length < 2 && row && next) { keys = [row.dataset.row, next.dataset.row]; }
    if (keys.length < 2) { Tracker.toast("先选中要合并的两行以上。", "info"); return; }
    fill(form, "rows", keys);
    form.requestSubmit();
  };

  Review.prototype.undo = function () {
    var form = this.form("undo");
    if (form && !form.querySelector("[type=submit]:disabled")) { form.requestSubmit(); }
  };

  Review.prototype.pressed = function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || Tracker.typing(event.target)) { return; }
    if (/^(Page(Up|Down)|Arrow(Up|Down)|Home|End| )$/.test(event.key)) { this.free = true; return; }
    var review = this;
    var acts = {
      j: function () { review.step(review.at + 1); },
      k: function () { review.step(review.at < 0 ? 0 : review.at - 1); },
      x: function () { review.choose(); },
      s: function () { review.split(); },
      m: function () { review.merge(); },
      u: function () { review.undo(); }
    };
    var act = acts[event.key];
    if (!act) { return; }
    event.preventDefault();
    act();
  };

  Review.prototype.pointed = function (event, on) {
    var part = event.target.closest("[data-row]");
    if (!part || !this.place.contains(part)) { return; }
    this.light(part.dataset.row, "near", on);
    this.rows.forEach(function (row) { if (row.dataset.row === part.dataset.row) { row.classList.toggle("near", on); } });
  };

  /* After a form came back the eye finds the row where it left it. */
  Review.prototype.remember = function () {
    var row = this.current();
    try {
      window.sessionStorage.setItem(this.memory, JSON.stringify({ row: row ? row.dataset.row : "", y: window.scrollY, doc: this.doc ? this.doc.scrollTop : 0 }));
    } catch (refused) { return; }
  };

  Review.prototype.recall = function () {
    var kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(this.memory) || "null");
      window.sessionStorage.removeItem(this.memory);
    } catch (refused) { kept = null; }
    var named = window.location.hash.match(/^#(?:row|mark)-(.+)$/);
    if (kept) {
      window.scrollTo(0, kept.y);
      if (this.doc) { this.doc.scrollTop = kept.doc; }
      this.go(this.rows.findIndex(function (row) { return row.dataset.row === kept.row; }), true);
    } else if (named) { this.goKey(decodeURIComponent(named[1])); }
    else if (this.at >= 0) { this.go(this.at, true); }
  };

  Review.prototype.start = function () {
    var review = this, waiting = false;
    document.addEventListener("keydown", function (event) { review.pressed(event); });
    this.place.addEventListener("mouseover", function (event) { review.pointed(event, true); });
    this.place.addEventListener("mouseout", function (event) { review.pointed(event, false); });
    this.place.addEventListener("click", function (event) {
      var part = event.target.closest("mark[data-row], tr[data-row]");
      if (!part || event.target.closest("a, input, select, textarea, button, label, summary")) { return; }
      review.goKey(part.dataset.row);
    });
    this.place.addEventListener("focusin", function (event) {
      var row = event.target.closest("tr[data-row]");
      if (row) { review.go(review.rows.indexOf(row), true); }
    });
    ["wheel", "touchmove", "mousedown"].forEach(function (kind) {
      document.addEventListener(kind, function () { review.free = true; }, { passive: true });
    });
    window.addEventListener("scroll", function () {
      if (waiting) { return; }
      waiting = true;
      window.requestAnimationFrame(function () { waiting = false; review.scrollAlong(); });
    }, { passive: true });
    document.addEventListener("submit", function () { review.remember(); });
    this.recall();
  };

  Tracker.all("[data-review]").forEach(function (place) { new Review(place).start(); });
})();
