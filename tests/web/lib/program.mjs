// program.mjs — Job: the two client programs with their pages, beside the wire tests' gateway.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { tool } from "../../wire/lib/gateway.mjs";
import { Authority } from "./authority.mjs";

const WAIT_MS = 60000;
const started = new Set();
process.once("exit", () => { for (const child of started) child.kill("SIGKILL"); });

// Pages of the test's own: the server is tried here, not what it serves.
export function makePages(dir) {
  for (const room of ["client", "hospital_client", "ambulance_client"]) {
    mkdirSync(join(dir, room, "web"), { recursive: true });
    writeFileSync(join(dir, room, "web/index.html"), `<!doctype html><title>${room}</title>\n`);
    writeFileSync(join(dir, room, "web/page.js"), `export const room = "${room}";\n`);
    writeFileSync(join(dir, room, "web/page.css"), "body { margin: 0 }\n");
    writeFileSync(join(dir, room, "web/.hidden.js"), "secret\n");
    writeFileSync(join(dir, room, "web/notes.md"), "secret\n");
    writeFileSync(join(dir, room, "secret.js"), "secret\n");
  }
  return dir;
}

export class ClientProgram {
  constructor(g, kind, name, org, { settings = {}, env = {} } = {}) {
    this.dir = join(g.dir, `page-${name}`);
    Object.assign(this, { g, kind, name, org, settings, env, events: [], waiters: new Set(),
      out: "" });
  }

  async enrol(pages) {
    mkdirSync(this.dir);
    this.device = await this.g.device(this.kind, this.org, this.name);
    writeFileSync(join(this.dir, "ca.pem"), this.g.ca);
    this.pages = pages;
    if (this.kind !== "hospital") return this;
    const authority = await (this.g.authority ??= Authority.make(this.g.dir));
    await authority.issue("board.test", join(this.dir, "board"));
    this.ca = readFileSync(authority.pem);
    return this;
  }

  // Port 0: any free one; afterwards the same again.
  config() {
    const stem = join(this.g.dir, this.name);
    const lines = { gateway_address: "127.0.0.1", gateway_port: this.g.ports[this.kind],
      server_name: "localhost", certificate: `${stem}.crt`, key: `${stem}.key`,
      pages: this.pages, pages_port: this.port ?? 0,
      ...(this.kind === "hospital"
        ? { box_name: this.name, pages_name: "board.test", pages_address: "127.0.0.1" }
        : { tablet_name: this.name, crew_code: "しおみ2", card_reader: "no" }),
      ...this.settings };
    writeFileSync(join(this.dir, "program.conf"),
      Object.entries(lines).map(([key, value]) => `${key} = ${value}\n`).join(""));
    return join(this.dir, "program.conf");
  }

  // LINE false: there is none, so it will not be welcomed.
  async start({ line = true } = {}) {
    const program = join(tool(".."), `bin/sakiyomi-${this.kind}`);
    this.events = [];
    this.child = spawn(program, ["run", "--config", this.config(), "--json", "-",
      "--stdin-secrets"],
    { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...this.env } });
    started.add(this.child);
    this.child.stderr.on("data", (data) => { this.out += data; });
    this.ended = new Promise((done) => this.child.once("close", (code, signal) => {
      started.delete(this.child);
      done(code ?? signal);
    }));
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line));
      for (const look of [...this.waiters]) look();
    });
    this.port = (await this.event("pages")).port;
    if (line) await this.event("ready");
    return this;
  }

  event(name, fits = () => true) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const row = this.events.find((e) => !e.used && e.event === name && fits(e));
        if (!row) return;
        Object.defineProperty(row, "used", { value: true });
        clearTimeout(timer);
        this.waiters.delete(look);
        resolve(row);
      };
      const timer = setTimeout(() => reject(new Error(`${this.name}: no ${name}\n${this.out}`)),
        WAIT_MS);
      this.waiters.add(look);
      look();
    });
  }

  type(...lines) {
    this.child.stdin.write(lines.map((line) => `${line}\n`).join(""));
  }

  get at() {
    return this.kind === "hospital"
      ? { port: this.port, name: "board.test", ca: this.ca }
      : { port: this.port, name: "localhost" };
  }

  async stop(signal = "SIGTERM") {
    this.child.kill(signal);
    return this.ended;
  }
}
