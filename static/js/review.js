// The review desk as one judges: the formula follows the choice, and a saved reply goes into the note at once.
(() => {
  "use strict";
  const form = document.querySelector("form[data-penilaian]");
  if (!form) return;
  const [administration, substance] = form.dataset.bobot.split(" ").map(Number);
  const [met, partly, notMet] = form.dataset.nilai.split(" ").map(Number);
  const values = { met, partly, not_met: notMet };
  const fixed = form.dataset.tetap === "" ? null : Number(form.dataset.tetap);
  const text = form.querySelector("[data-rumus]");
  const result = form.querySelector("[data-hasil]");
  // Weights and values are whole numbers: hundredths are exact, so two decimals lose nothing.
  const comma = (number) => number.toFixed(2).replace(".", ",");
  const chosen = (name) => values[form.querySelector(`input[name=${name}]:checked`)?.value];

  function follow() {
    const first = chosen("administration");
    const second = fixed === null ? chosen("substance") : fixed;
    if (first === undefined || second === undefined) return;
    text.textContent = `${comma(administration / 100)} × ${first} + ${comma(substance / 100)} × ${second}`;
    result.textContent = comma((administration * first + substance * second) / 100);
  }

  form.addEventListener("change", follow);
  form.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-balasan]");
    if (!reply) return;
    event.preventDefault();
    const note = form.elements.note;
    note.value = [note.value.trim(), reply.textContent.trim()].filter(Boolean).join("\n");
    note.dispatchEvent(new Event("input", { bubbles: true }));
    note.focus();
  });
})();
