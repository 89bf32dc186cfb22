// Warns before the session ends, in `<dialog data-module="timeout-warning">`. Every setting is a data attribute, written
// by the Rust component of the same name. Without this script the dialog stays closed and the server ends the session.
import { Drafts } from "./drafts.js";

const DRAFT_BEFORE_SECONDS = 20;

function spoken(seconds) {
  const minutes = Math.ceil(seconds / 60);
  if (seconds > 60) return `${minutes} minutes`;
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

class TimeoutWarning {
  constructor(dialog) {
    this.dialog = dialog;
    this.settings = dialog.dataset;
    this.warnAt = Number(dialog.dataset.warnSeconds);
    this.countdown = dialog.querySelector("[data-countdown]");
    this.live = dialog.querySelector("[data-announcement]");
    this.drafts = new Drafts({
      url: dialog.dataset.keepDraftUrl,
      header: dialog.dataset.csrfHeader,
      token: dialog.dataset.csrfToken,
      extend: (seconds) => this.extend(seconds),
    });
    dialog.querySelector("[data-stay]").addEventListener("click", () => this.stay());
    // Escape means "go on with what I was doing".
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.stay();
    });
    // A page opened, or an answer given, in another window keeps this one alive too.
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("timeout-warning") : null;
    this.channel?.addEventListener("message", ({ data }) => this.liveUntil(Number(data)));
    this.extend(Number(dialog.dataset.sessionSeconds));
    // Timers stop while a computer sleeps, so the clock is read again on waking.
    addEventListener("pageshow", () => this.tick());
    document.addEventListener("visibilitychange", () => this.tick());
  }

  extend(seconds) {
    const until = Date.now() + seconds * 1000;
    this.liveUntil(until);
    this.channel?.postMessage(until);
  }

  liveUntil(until) {
    this.until = Math.max(until, this.until ?? 0);
    this.drafted = false;
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    const left = Math.max(0, Math.round((this.until - Date.now()) / 1000));
    if (left > this.warnAt) {
      this.close();
      this.timer = setTimeout(() => this.tick(), Math.min(left - this.warnAt, 3600) * 1000);
      return;
    }
    if (!this.drafted && left <= DRAFT_BEFORE_SECONDS) {
      this.drafted = true;
      this.drafts.saveAll();
    }
    if (left === 0) {
      location.assign(this.settings.timedOutUrl);
      return;
    }
    this.warn(left);
    this.timer = setTimeout(() => this.tick(), 1000);
  }

  warn(left) {
    const words = spoken(left);
    this.countdown.textContent = words;
    if (!this.dialog.open) {
      this.focused = document.activeElement;
      this.dialog.showModal();
      this.dialog.querySelector("[data-stay]").focus();
    } else if (left % 60 === 0 || left === DRAFT_BEFORE_SECONDS) {
      // Once a minute, not once a second: a screen reader reads every change.
      this.live.textContent = this.settings.announcement.replace("%{time}", words);
    }
  }

  close() {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.live.textContent = "";
    this.focused?.focus?.();
  }

  async stay() {
    try {
      const answer = await fetch(this.settings.keepAliveUrl, {
        method: "POST",
        credentials: "same-origin",
        headers: { [this.settings.csrfHeader]: this.settings.csrfToken, Accept: "application/json" },
      });
      if (answer.redirected || answer.status === 401 || answer.status === 403) {
        location.assign(this.settings.timedOutUrl);
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      // The server may allow less than the usual, when the longest session is nearly over.
      const told = await answer.json().catch(() => ({}));
      this.extend(Number(told?.seconds) || Number(this.settings.sessionSeconds));
    } catch {
      this.live.textContent = this.settings.unreachable;
    }
  }
}

const dialog = document.querySelector('dialog[data-module="timeout-warning"]');
if (dialog && typeof dialog.showModal === "function") new TimeoutWarning(dialog);
