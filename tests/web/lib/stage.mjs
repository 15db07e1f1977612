// stage.mjs — Job: everything real, and a Chromium before it: gateway, tablet, two boards, console.
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { tool, world } from "../../wire/lib/gateway.mjs";
import { Authority } from "./authority.mjs";
import { Cable } from "./cable.mjs";
import { launch, openPage, Watch } from "./chromium.mjs";
import { touch } from "./hands.mjs";
import { ClientProgram, makePages } from "./program.mjs";
import { Reader } from "./reader.mjs";

// Whose pages are served: this checkout's, or another's to try it.
export const REPOSITORY = process.env.PAGES ||
  resolve(fileURLToPath(new URL(".", import.meta.url)), "../../..");
const PASSWORD = "Wolke-Fahrrad-47-xq";
// Who there is: key, place, login, name, roles.
export const PEOPLE = [
  ["sato", "hq", "佐藤 花子", "paramedic"], ["kato", "hq", "加藤 次郎", "paramedic"],
  ["tanaka", "orgA", "田中 一郎", "er_board,er_viewer"],
  ["ito", "orgA", "伊藤 さくら", "er_board,er_viewer"],
  ["hara", "orgA", "原 恵", "er_board,er_viewer"],
  ["suzuki", "orgB", "鈴木 次郎", "er_board,er_viewer"],
  ["mori", "orgB", "森 三郎", "er_board,er_viewer"],
  ["honda", "hq", "本田 直美", "org_admin"], ["kansa", "hq", "監査 太郎", "auditor"],
];
const MARKER = "MARKERQX7"; // stands in the view as a medicine and an institution

export class Stage {
  // Options: marker (text in the view), cards (how many), reader (false: none), second (a second
  // tablet), cable (true: one between the first tablet and the gateway), settings (of the gateway),
  // boards (settings of both boards), practice (a live gateway with practice beside it; else all
  // is practice), clock (the time of board A's program can be moved: `later`), window (a Chromium
  // that is seen).
  static async open(options = {}) {
    const stage = new Stage();
    try {
      await stage.raise(options);
    } catch (error) {
      await stage.end().catch((other) => { error.message += `\n${other.message}`; });
      throw error;
    }
    return stage;
  }

  async raise({ marker = MARKER, cards = 26, reader = true, second = false, cable = false,
    settings = {}, boards = {}, practice = false, clock = false, window }) {
    this.marker = marker;
    this.watch = new Watch();
    this.dir = mkdtempSync(join(tmpdir(), "stage-"));
    const authority = Authority.make(this.dir);
    this.launching = authority.then((one) => one.home())
      .then((home) => launch({ headless: !window, home: this.home = home }));
    this.launching.catch(() => {});
    if (clock) this.clock = join(this.dir, "clock");
    this.later(0);
    const profile = practice ? { profile: "trial" } : {};
    const g = this.g = await world({ settings: { console: REPOSITORY, ...profile, ...settings },
      signedIn: false, cards, practice, phone: "022-000-0001",
      simulatorArgs: ["--marker", marker],
      names: { hq: "汐見消防本部", a: "汐見総合病院", b: "港南救命センター" } });
    g.authority = authority;
    for (const listener of ["ambulance", "hospital", "admin"]) // the same after a restart
      g.settings[`${listener}_port`] = g.ports[listener];
    g.writeConfig();
    if (reader) this.reader = new Reader(g);
    if (cable) this.cable = await Cable.to(g.ports.ambulance);
    await Promise.all([this.people(), this.programs(second, boards)]);
    this.browser = await this.launching;
  }

  // Everybody's first password is changed already, at a device that is not looked at.
  async people() {
    const { g } = this;
    const desks = { hq: g.car2, orgA: g.boxA, orgB: g.boxB };
    this.desk = await (await g.device("admin", g.hq, "desk")).connect();
    await Promise.all(PEOPLE.map(async ([login, place, name, roles]) => {
      const person = this[login] = await g.person(g[place], login, roles, name);
      const office = /org_admin|auditor/.test(roles);
      const session = await (office ? this.desk : desks[place]).signIn(person);
      await session.changePassword(PASSWORD);
      await session.ask("sign_out", {});
    }));
    await Promise.all([g.boxA, g.boxB, g.car2, this.desk].map((device) => device.close()));
  }

  async programs(second, boards) {
    const { g } = this;
    const tablet = { settings: { ...(this.reader ? { card_reader: "yes" } : {}),
      ...(this.cable ? { gateway_port: this.cable.port } : {}) }, env: this.reader?.env };
    const make = (key, name, kind, org, options) => {
      this[key] = new ClientProgram(g, kind, name, org, options);
      const real = existsSync(join(REPOSITORY, `${kind}_client/web/index.html`));
      return this[key].enrol(real ? REPOSITORY : makePages(join(g.dir, "pages")))
        .then((program) => program.start());
    };
    await Promise.all([make("tabletProgram", "shiomi-2", "ambulance", g.hq, tablet),
      second ? make("tablet2Program", "shiomi-3", "ambulance", g.hq) : null,
      make("boardA", "er-a", "hospital", g.orgA, { settings: boards,
        env: this.clock ? { LD_PRELOAD: tool("clock-shift.so"), CLOCK_SHIFT: this.clock } : {} }),
      make("boardB", "er-b", "hospital", g.orgB, { settings: boards })]);
  }

  get repository() { return REPOSITORY; }

  get programsList() {
    return [this.tabletProgram, this.tablet2Program, this.boardA, this.boardB].filter(Boolean);
  }

  // ---- screens ----

  open(name, url, width, height, options = {}) {
    return openPage(this.browser, this.watch, { name, url, width, height, ...options });
  }

  tablet({ program = this.tabletProgram, width = 800, height = 1280, mark = "",
    name = "tablet", ...options } = {}) {
    return this.open(name, `http://localhost:${program.port}/${mark}`, width, height,
      { hasTouch: true, ...options });
  }

  board(program = this.boardA, { width = 1920, height = 1080, mark = "", ...options } = {}) {
    return this.open(program.name, `https://board.test:${program.port}/${mark}`, width, height,
      options);
  }

  // The console: its workstation's certificate goes with it.
  async console({ width = 1280, height = 800, device, ...options } = {}) {
    const desk = device ?? this.desk;
    const origin = `https://localhost:${this.g.ports.admin}`;
    return this.open("console", `${origin}/`, width, height,
      { clientCertificates: [{ origin, cert: desk.cert, key: desk.key }], ...options });
  }

  // ---- acts ----

  insertCard(patient, which) {
    return this.reader.insert(patient, which);
  }

  removeCard() {
    return this.reader.remove();
  }

  // The form that all pages share; afterwards the page knows the person.
  async signIn(page, person) {
    if (await page.locator("input[name=login]").count() === 0)
      await touch(page.locator("[data-act=sign_in], [data-key=sign_in]").first());
    await page.locator("input[name=login]").fill(person.login);
    await page.locator("input[name=password]").fill(person.password);
    await page.locator("input[name=code]").fill(person.codes.next());
    await page.locator("input[name=code]").press("Enter");
    await page.locator("input[name=code]").waitFor({ state: "detached" });
  }

  // For board A's program so much time has gone by since its start, for nobody else.
  later(ms) {
    if (!this.clock) return;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms));
    const fd = openSync(this.clock, existsSync(this.clock) ? "r+" : "w"); // mapped: never cut
    writeSync(fd, bytes, 0, 8, 0);
    closeSync(fd);
  }

  async restartGateway(signal = "SIGKILL") {
    await this.g.stop(signal);
    await this.g.start();
  }

  // ---- the end ----

  async end() {
    await (await this.launching?.catch(() => null))?.close();
    const bad = [];
    await Promise.all(this.programsList.filter((one) => one.child).map(async (program) => {
      const code = await program.stop();
      if (code !== 0) bad.push(`${program.name} ended with ${code}\n${program.out}`);
    }));
    await this.cable?.pull();
    await this.reader?.end();
    await this.g?.end();
    rmSync(this.dir, { recursive: true, force: true });
    if (bad.length > 0) throw new Error(bad.join("\n"));
    this.watch.judge();
  }
}
