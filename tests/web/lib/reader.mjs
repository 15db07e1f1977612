// reader.mjs — Job: real pcscd with a simulated reader, and cards to put into it (SIMULATOR).
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { tool } from "../../wire/lib/gateway.mjs";

const run = promisify(execFile);
const started = new Set();
process.once("exit", () => { for (const child of started) child.kill("SIGKILL"); });

export class Reader {
  constructor(g) {
    this.g = g;
    this.dir = join(g.dir, "reader");
    this.control = join(g.dir, "card.ctl");
    this.pcscd = this.start("pcscd-launch", [this.dir, tool("ifd-unix.so")]);
    this.card = this.start("card-emulator", ["--reader", `unix:${join(this.dir, "card.sock")}`,
      "--card", this.folder(g.cards[0]), "--removed", "--control", this.control]);
  }

  // What a program needs to find this pcscd and no other.
  get env() {
    return { PCSCLITE_CSOCK_NAME: join(this.dir, "pcscd.comm") };
  }

  folder(card, place = "upstream") {
    return join(this.g.dir, place, "cards", card.folder);
  }

  start(name, args) {
    const child = spawn(tool(name), args, { stdio: ["pipe", "ignore", "ignore"] });
    started.add(child);
    child.once("exit", () => started.delete(child));
    return child;
  }

  tell(...words) {
    return run(tool("card-emulator"), ["--tell", this.control, ...words]);
  }

  // The card of the simulator's patient 0 … 39; the second one of the same with `which` 1.
  async insert(patient, which = 0) {
    const card = this.g.cards.filter((one) => one.patient === patient &&
      one.odd.length === 0)[which];
    if (!card) throw new Error(`no card of patient ${patient}`);
    await this.tell("card", this.folder(card));
    await this.tell("insert");
    return card;
  }

  // A card of the practice authority, for the same patient of the practice simulator.
  async insertPractice(patient) {
    const card = this.g.practice.cards.find((one) => one.patient === patient);
    await this.tell("card", this.folder(card, "practice"));
    await this.tell("insert");
  }

  remove() {
    return this.tell("remove");
  }

  async end() {
    await Promise.all([this.card, this.pcscd].map((child) => new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done();
      child.once("exit", done);
      child.kill("SIGTERM");
    })));
  }
}
