// disk.mjs — Job: ways for a store to have no room: files at their limit, a small full disk.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIZE = "48m";

// Every write of a running program to a file fails (EFBIG) until it may write again.
export function forbidWriting(pid) {
  execFileSync("prlimit", ["--pid", String(pid), "--fsize=0:unlimited"]);
}

export function allowWriting(pid) {
  execFileSync("prlimit", ["--pid", String(pid), "--fsize=unlimited:unlimited"]);
}

// A disk of our own; only root can have one.
export class Disk {
  // null where this user may not mount.
  static make() {
    const dir = mkdtempSync(join(tmpdir(), "disk-"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", dir],
        { stdio: "ignore" });
    } catch {
      rmdirSync(dir);
      return null;
    }
    return new Disk(dir);
  }

  constructor(dir) {
    this.dir = dir;
    this.ballast = join(dir, "ballast");
  }

  // Takes what is left, to the last byte.
  fill() {
    const file = openSync(this.ballast, "w");
    for (let size = 1 << 20; size > 0;) {
      try {
        if (writeSync(file, Buffer.alloc(size, 1)) < size) size >>= 1;
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
        size >>= 1;
      }
    }
    closeSync(file);
  }

  free() {
    unlinkSync(this.ballast);
  }

  end() {
    execFileSync("umount", ["-l", this.dir]);
    rmdirSync(this.dir);
  }
}
