// Sends what was typed into the forms of the main part to the server, so that it is there after a time-out, a crash or a
// closed window. The key is the form's `data-keep-draft`, or else the path that it is posted to; a form with
// `data-never-kept` takes no part. The address and token stand on the time-out dialog.

const SAVE_AFTER_SECONDS = 10;
// Hidden fields are not typed, and one of them may be a token.
const NEVER_KEPT = new Set(["password", "file", "hidden"]);

function typed(form) {
  const fields = new URLSearchParams();
  fields.append("_draft", form.dataset.keepDraft || new URL(form.action, location.href).pathname);
  for (const field of form.elements) {
    if (!field.name || field.disabled || NEVER_KEPT.has(field.type)) continue;
    if (field.matches("button, [data-never-kept]")) continue;
    if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    const values = field.type === "select-multiple" ? [...field.selectedOptions].map((o) => o.value) : [field.value];
    for (const value of values) fields.append(field.name, value);
  }
  return fields;
}

export class Drafts {
  // `extend` is told the seconds that the session lasts from now on, when the server counts typing as being there.
  constructor({ url, header, token, extend }) {
    this.extend = extend;
    this.url = url;
    this.header = header;
    this.token = token;
    this.changed = new Set();
    this.timers = new Map();
    if (!url) return;
    for (const form of document.querySelectorAll("form[data-keep-draft], main form[method='post' i]:not([data-never-kept])")) {
      form.addEventListener("input", () => this.later(form));
      form.addEventListener("submit", () => this.forget(form));
    }
    // The last chance on a phone, where a page may never be closed in order.
    addEventListener("pagehide", () => this.saveAll({ keepalive: true }));
  }

  later(form) {
    this.changed.add(form);
    clearTimeout(this.timers.get(form));
    this.timers.set(form, setTimeout(() => this.save(form), SAVE_AFTER_SECONDS * 1000));
  }

  forget(form) {
    this.changed.delete(form);
    clearTimeout(this.timers.get(form));
  }

  saveAll(options) {
    return Promise.all([...this.changed].map((form) => this.save(form, options)));
  }

  async save(form, options = {}) {
    this.forget(form);
    let kept = false;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        credentials: "same-origin",
        headers: { [this.header]: this.token, Accept: "application/json" },
        body: typed(form),
        ...options,
      });
      kept = answer.ok && !answer.redirected;
      const told = kept ? await answer.json().catch(() => ({})) : {};
      if (Number(told?.seconds) > 0) this.extend(Number(told.seconds));
    } catch {
      // Told below.
    }
    if (!kept) this.changed.add(form);
    const status = form.querySelector("[data-draft-status]");
    if (status) status.textContent = kept ? status.dataset.kept : status.dataset.notKept;
    return kept;
  }
}
