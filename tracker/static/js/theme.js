/* Runs before anything is drawn: says that scripts work, and turns the setting "auto" into light or dark as the system has it. */
(function () {
  "use strict";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function show() {
    var wanted = root.dataset.theme || "auto";
    var theme = wanted === "auto" ? (system.matches ? "dark" : "light") : wanted;
    if (root.dataset.bsTheme !== theme) { root.dataset.bsTheme = theme; }
  }

  root.classList.add("js");
  window.Tracker = { showTheme: show };
  show();
  system.addEventListener("change", show);
})();
