// What pages gain when scripts run; every page works without this file. It holds no words: texts stand in the HTML.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const store = {
    // Private windows and full disks throw: then nothing is kept, and nothing breaks.
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  // Menus close on Escape and on a click elsewhere.
  const closeMenus = (except) =>
    all(".kepala details[open]").forEach((menu) => { if (!menu.contains(except)) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.(".kepala details[open]");
    closeMenus(null);
    open?.querySelector("summary").focus();
  });

  // File fields: the native field gives way to a button that shows the chosen names.
  function dressFileFields(within) {
    all("[data-unggah] input[type=file]", within).forEach((input) => {
      if (input.dataset.siap) return;
      input.dataset.siap = "1";
      input.classList.add("visually-hidden");
      const name = input.closest("[data-unggah]").querySelector("[data-unggah-nama]");
      const empty = name?.textContent;
      input.addEventListener("change", () => {
        if (name) name.textContent = [...input.files].map((file) => file.name).join(", ") || empty;
      });
    });
  }
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("progress[data-unggah-maju]");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });
  // An upload that did not arrive keeps its file and says how to go on. What did arrive is known to the server.
  const uploadOf = (event) => {
    const part = event.detail.requestConfig?.elt;
    return part?.matches("[data-unggahan]") ? part : null;
  };
  function showUpload(part, failed) {
    all("[data-unggah-gagal], [data-unggah-ulang]", part).forEach((piece) => { piece.hidden = !failed; });
    all("[data-unggah-awal]", part).forEach((piece) => { piece.hidden = failed; });
    if (failed) all("[data-unggah-maju]", part).forEach((bar) => { bar.hidden = true; });
  }

  // The saved state in words. Only a change of state reaches the live region.
  const clock = () => new Date().toTimeString().slice(0, 5).replace(":", ".");
  const stateOf = (form) => form.querySelector("[data-simpan]") || document.querySelector("[data-simpan]");
  function showState(form, state) {
    const place = stateOf(form);
    if (!place) return;
    const data = place.dataset;
    const text = {
      menyimpan: data.teksMenyimpan,
      tersimpan: `${data.teksTersimpan} ${clock()}`,
      luring: data.teksLuring,
      gagal: data.teksGagal,
      sesi: data.teksSesi,
      berkas: data.teksBerkas,
    }[state];
    // A place that the server has just replaced speaks for itself.
    if (state !== "tersimpan" || data.keadaan) place.querySelector("[data-simpan-teks]").textContent = text;
    data.keadaan = state;
    place.classList.toggle("simpan--luring", state === "luring" || state === "sesi");
    place.classList.toggle("simpan--gagal", state === "gagal" || state === "berkas");
    if (state !== "menyimpan" && form.dataset.terakhir !== state) {
      form.dataset.terakhir = state;
      place.querySelector("[data-simpan-kabar]").textContent = text;
    }
  }

  // Drafts: what was typed stays on this device until the server has it.
  const owner = () => document.body.dataset.pengguna || "";
  const draftKey = (form) => `draf:${owner()}:${form.dataset.draft}`;
  const typed = (form) =>
    [...form.elements].filter((field) => field.name && !field.disabled && !field.hasAttribute("form")
      && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type));
  function values(form) {
    const found = {};
    typed(form).forEach((field) => {
      if (field.type === "radio" || field.type === "checkbox") {
        found[`${field.name}=${field.value}`] = field.checked;
      } else if (field.type === "select-multiple") {
        found[field.name] = [...field.selectedOptions].map((option) => option.value);
      } else {
        found[field.name] = field.value;
      }
    });
    return found;
  }
  function fill(form, kept) {
    typed(form).forEach((field) => {
      const checkable = field.type === "radio" || field.type === "checkbox";
      const value = kept[checkable ? `${field.name}=${field.value}` : field.name];
      if (value === undefined) return;
      if (checkable) field.checked = value;
      else if (Array.isArray(value)) [...field.options].forEach((o) => { o.selected = value.includes(o.value); });
      else field.value = value;
    });
    const first = typed(form)[0];
    ["input", "change"].forEach((name) => first?.dispatchEvent(new Event(name, { bubbles: true })));
  }
  function differs(form, kept) {
    const now = values(form);
    return Object.keys(kept).some((name) => name in now && String(now[name]) !== String(kept[name]));
  }
  function offerDraft(form) {
    const kept = store.get(draftKey(form));
    if (!kept) return;
    if (!differs(form, kept.isi)) { store.remove(draftKey(form)); return; }
    const offer = document.getElementById("tawaran-draf")?.content.firstElementChild.cloneNode(true);
    if (!offer) return;
    offer.querySelector("[data-draf-waktu]").textContent = new Date(kept.waktu).toLocaleString("id-ID", {
      weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
    });
    offer.querySelector("[data-draf-pakai]").addEventListener("click", () => { offer.remove(); fill(form, kept.isi); });
    offer.querySelector("[data-draf-buang]").addEventListener("click", () => {
      offer.remove();
      store.remove(draftKey(form));
    });
    form.before(offer);
  }
  function watchDraft(form) {
    if (form.dataset.dijaga) return;
    form.dataset.dijaga = "1";
    offerDraft(form);
    let before = "";
    const keep = () => {
      // "change" follows "input" with nothing new, when htmx has already sent what there is.
      const now = JSON.stringify(values(form));
      if (now === before) return;
      before = now;
      form.dataset.ubah = Number(form.dataset.ubah || 0) + 1;
      store.set(draftKey(form), { waktu: Date.now(), isi: values(form) });
    };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
  }

  // Saving as one types: htmx sends, this follows the outcome.
  const draftForm = (event) => event.target.closest?.("form[data-draft]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = draftForm(event);
    if (!form || event.detail.requestConfig?.verb === "get") return;
    const upload = uploadOf(event);
    if (upload) showUpload(upload, false);
    else form.dataset.dikirim = form.dataset.ubah || 0;
    showState(form, "menyimpan");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A whole page in answer to a piece of one is the sign-in page: the session has ended. Or the portal is ill.
    const { status, responseText } = event.detail.xhr;
    if (event.detail.boosted || (status >= 400 && status !== 403) || !/^\s*<!doctype/i.test(responseText)) return;
    event.detail.shouldSwap = false;
    event.detail.isError = true;
    const form = draftForm(event);
    if (form) form.dataset.sesi = "1";
    else window.location.reload();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = draftForm(event);
    if (!form || event.detail.requestConfig?.verb === "get") return;
    const upload = uploadOf(event);
    if (event.detail.successful) {
      delete form.dataset.sesi;
      if (!upload && form.dataset.dikirim === String(form.dataset.ubah || 0)) store.remove(draftKey(form));
      showState(form, "tersimpan");
    } else if (form.dataset.sesi) {
      if (upload) showUpload(upload, true);
      showState(form, "sesi");
    } else if (upload) {
      showUpload(upload, true);
      showState(form, "berkas");
    } else if (!event.detail.xhr.status) {
      form.dataset.menunggu = "1";
      showState(form, "luring");
    } else {
      showState(form, "gagal");
    }
  });
  // Without a line a whole page is not sent: the browser would leave it, and with it the chosen files.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (navigator.onLine || !form.matches("form[data-draft]") || !stateOf(form)) return;
    event.preventDefault();
    all("[data-unggahan]", form).forEach((part) => {
      if (all("input[type=file]", part).some((input) => input.files.length)) showUpload(part, true);
    });
    form.dataset.menunggu = "1";
    showState(form, "luring");
  });
  function retry() {
    all("form[data-draft][data-menunggu]").forEach((form) => {
      delete form.dataset.menunggu;
      form.dispatchEvent(new CustomEvent("coba-ulang", { bubbles: true }));
    });
  }
  window.addEventListener("online", retry);
  window.setInterval(retry, 15000);

  // Signing out takes this person's drafts from a shared computer.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keluar]")) return;
    store.keys().filter((key) => key.startsWith(`draf:${owner()}:`)).forEach(store.remove);
  });

  // The review desk by keyboard: 1-3 and 4-6 judge, J and K move, ? lists the keys; all can be switched off.
  const keysOn = () => store.get("pintasan") !== false;
  const typing = (target) =>
    target.closest?.("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    const desk = document.querySelector("[data-meja]");
    if (!desk || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const help = document.querySelector("[data-pintasan]");
    if (event.key === "?" && help) {
      help.open = !help.open;
      help.querySelector("summary").focus();
      event.preventDefault();
    }
    if (!keysOn()) return;
    if (/^[1-6]$/.test(event.key)) all(".putusan input[type=radio]", desk)[Number(event.key) - 1]?.click();
    if (event.key.toLowerCase() === "j") document.querySelector("[data-berikutnya]")?.click();
    if (event.key.toLowerCase() === "k") document.querySelector("[data-sebelumnya]")?.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pintasan-aktif]")) store.set("pintasan", event.target.checked);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cetak]")) window.print();
  });

  function dress(within) {
    dressFileFields(within);
    all("form[data-draft]", within).forEach(watchDraft);
    if (within.matches?.("form[data-draft]")) watchDraft(within);
    all("[data-pintasan-aktif]", within).forEach((box) => { box.checked = keysOn(); });
  }
  document.addEventListener("htmx:load", (event) => dress(event.target));
  const start = () => {
    dress(document);
    document.querySelector("[data-ringkas-galat]")?.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
