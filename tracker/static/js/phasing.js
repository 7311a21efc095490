/* The phasing editor, form[data-phasing="<url>"]: what is typed goes to the server, sums, table and line come back; a pasted column
   fills the fields below. Without it the buttons do the same. */
(function () {
  "use strict";
  var WAIT_MS = 300;
  var form = document.querySelector("form[data-phasing]");
  if (!form) { return; }
  var waiting = null, asked = 0;

  function all(selector, root) { return Array.from((root || form).querySelectorAll(selector)); }

  /* Only what the chosen way needs is shown. */
  function showWay() {
    var chosen = form.querySelector('input[name="way"]:checked');
    all("[data-way]").forEach(function (part) { part.hidden = !chosen || part.dataset.way !== chosen.value; });
  }

  function say(selector, text) {
    var place = form.querySelector(selector);
    if (!place) { return; }
    place.hidden = !text;
    var words = place.querySelector(".toast-box span") || place;
    words.textContent = text || "";
  }

  function show(answer) {
    all("[data-sum]").forEach(function (place) { place.textContent = answer.sums[place.dataset.sum] || ""; });
    say("[data-preview-problem]", answer.problem);
    say("[data-preview-note]", answer.note);
    all("tr[data-month]").forEach(function (row, at) {
      all("[data-out]", row).forEach(function (cell) { cell.textContent = answer.rows[at][cell.dataset.out]; });
    });
    Object.keys(answer.charts).forEach(function (id) {
      var source = document.getElementById(id + "-data"), box = document.getElementById(id);
      if (!source || !box) { return; }
      source.textContent = JSON.stringify(answer.charts[id]);
      box.dispatchEvent(new CustomEvent("tracker:data"));
    });
  }

  function ask() {
    var mine = asked += 1;
    window.fetch(form.dataset.phasing, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.json() : null; })
      .then(function (answer) { if (answer && mine === asked) { show(answer); } })
      .catch(function () { /* the buttons still work, and say what is wrong */ });
  }

  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, WAIT_MS);
  }

  function pasteFillsDown(event) {
    var field = event.target;
    if (!/^[qm]_\d+$/.test(field.name || "")) { return; }
    var text = (event.clipboardData || window.clipboardData).getData("text").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) { return; }
    event.preventDefault();
    var column = all("input", field.closest("table")), first = column.indexOf(field);
    text.split(/[\t\n]/).forEach(function (value, down) {
      if (column[first + down]) { column[first + down].value = value.trim(); }
    });
    later();
  }

  form.addEventListener("paste", pasteFillsDown);
  form.addEventListener("input", later);
  form.addEventListener("change", function () { showWay(); later(); });
  showWay();
})();
