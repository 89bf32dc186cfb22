// Keeps the progress of long work up to date: `<div data-module="job-progress" id data-url data-interval>`.
//
// The address answers with a page or a fragment that holds an element of the same id; its content takes the place of
// ours. `data-finished` on it ends the polling, and `data-finished-url` leads on. Without this script a link asks again.

const LONGEST_WAIT_SECONDS = 30;

class JobProgress {
  constructor(root) {
    this.root = root;
    this.interval = Math.max(1, Number(root.dataset.interval) || 2);
    this.failures = 0;
    this.announced = this.percent();
    // Outside the part that is replaced, so that screen readers notice when it changes.
    this.status = document.createElement("p");
    this.status.className = "govuk-visually-hidden";
    this.status.setAttribute("role", "status");
    root.after(this.status);
    root.toggleAttribute("data-polling", true);
    this.wait();
  }

  percent() {
    const bar = this.root.querySelector("progress");
    return bar && bar.hasAttribute("value") ? Math.floor((100 * bar.value) / bar.max) : 0;
  }

  wait() {
    const seconds = Math.min(LONGEST_WAIT_SECONDS, this.interval * 2 ** this.failures);
    setTimeout(() => this.ask(), seconds * 1000);
  }

  async ask() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => this.ask(), { once: true });
      return;
    }
    try {
      const answer = await fetch(this.root.dataset.url, {
        credentials: "same-origin",
        headers: { Accept: "text/html", "X-Requested-With": "fetch" },
      });
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.failures = 0;
      if (this.show(await answer.text())) return;
    } catch {
      this.failures += 1;
      // From here on the link to ask again is worth showing.
      if (this.failures > 2) this.root.toggleAttribute("data-polling", false);
    }
    this.wait();
  }

  // Returns whether the work is finished. Scripts in the answer do not run, because it is parsed apart.
  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById(this.root.id);
    if (!fresh) throw new Error("the answer has no such element");
    const focused = this.root.contains(document.activeElement) ? document.activeElement.id : "";
    this.root.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.focus();
    const finished = fresh.hasAttribute("data-finished");
    const percent = this.percent();
    if (finished || percent >= this.announced + 25) {
      this.announced = percent;
      this.status.textContent = this.root.querySelector("[data-progress-text]")?.textContent ?? "";
    }
    if (!finished) return false;
    this.root.toggleAttribute("data-polling", false);
    if (fresh.dataset.finishedUrl) location.assign(fresh.dataset.finishedUrl);
    return true;
  }
}

for (const root of document.querySelectorAll('[data-module="job-progress"]:not([data-finished])')) {
  new JobProgress(root);
}
