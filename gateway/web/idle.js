// idle.js — Job: how long nobody has touched the console; when to warn, when to sign out.
export const IDLE_MS = 10 * 60000;  // nobody has touched mouse or keyboard: signed out
export const WARN_MS = 60000;       // said before, with a button to stay

export class Idle {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.touched = now();
  }

  touch() { this.touched = this.now(); }

  left() { return Math.max(0, IDLE_MS - (this.now() - this.touched)); }

  // "here", "warn" or "over"
  state() {
    const left = this.left();
    if (left === 0) return "over";
    return left <= WARN_MS ? "warn" : "here";
  }
}
