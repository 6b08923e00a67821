// The filling page: only the fields of the chosen declaration show, and numbers get their dots.
// Without this file all fields show, under headings.
(() => {
  "use strict";
  const WITH_RESULT = ["carried_out", "partly"];

  function show(measure) {
    const chosen = measure.querySelector("input[type=radio][name$='-execution']:checked");
    const group = !chosen ? "" : WITH_RESULT.includes(chosen.value) ? "hasil" : "tanpa-hasil";
    measure.querySelectorAll("[data-isian]").forEach((part) => {
      const wanted = part.dataset.isian === "semua" ? group !== "" : part.dataset.isian === group;
      // What has to be mended is never hidden.
      part.hidden = !wanted && !part.querySelector(".isian--galat");
    });
  }

  // 1500 reads 1.500, as the portal shows it after saving. Before other listeners: they keep what is seen.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-ukuran] input[inputmode=numeric]") || !/^\s*\d{4,18}\s*$/.test(field.value)) return;
    field.value = field.value.trim().replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ".");
  }, true);

  const showAll = (within) => {
    const own = within.closest?.("[data-ukuran]");
    (own ? [own] : within.querySelectorAll("[data-ukuran]")).forEach(show);
  };
  document.addEventListener("change", (event) => {
    if (event.target.name?.endsWith("-execution")) showAll(event.target);
  });
  document.addEventListener("htmx:load", (event) => showAll(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => showAll(document));
  else showAll(document);
})();
