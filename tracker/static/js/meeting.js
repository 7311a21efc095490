/* The meeting on the wall screen: the arrow keys go on and back, n goes to the line for a decision. */
(function () {
  "use strict";

  function typing(target) { return target.matches("input, select, textarea") && target.value !== ""; }

  function go(rel) {
    var link = document.querySelector('a[rel="' + rel + '"]');
    if (link) { window.location.assign(link.href); }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) { return; }
    if (event.target.matches("select, textarea, input[type='date']")) { return; }
    if (event.key === "ArrowRight" || event.key === "PageDown") { event.preventDefault(); go("next"); }
    if (event.key === "ArrowLeft" || event.key === "PageUp") { event.preventDefault(); go("prev"); }
    if (event.key === "n" && !event.target.matches("input")) {
      event.preventDefault();
      document.getElementById("text").focus();
    }
  });

  var current = document.querySelector('.agenda [aria-current="step"]');
  if (current) { current.scrollIntoView({ block: "nearest" }); }
})();
