/* A form that takes a while says so once it is sent: form[data-busy] with a hidden [data-busy-words] inside. */
(function () {
  "use strict";

  document.addEventListener("submit", function (event) {
    var words = event.target.matches("form[data-busy]") && event.target.querySelector("[data-busy-words]");
    if (words && !event.defaultPrevented) { words.hidden = false; }
  });

  /* A page that comes back from the browser's memory waits for nothing. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-busy-words]").forEach(function (words) { words.hidden = true; });
  });
}());
