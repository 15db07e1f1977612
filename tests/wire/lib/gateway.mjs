// gateway.mjs — Job: a real gateway in a temp folder: keys, devices, people, life, death.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Device, Person } from "./client.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const build = resolve(process.env.B ?? join(here, "../../../build"));
const PROGRAM = join(build, "bin/sakiyomi-gateway");
const run = promisify(execFile);
const START_MS = 15000;
// In memory where there is such a place: what is tried is order and kill -9, not the disk.
const PLACE = process.env.TMPDIR ?? (existsSync("/dev/shm") ? "/dev/shm" : tmpdir());

export const tool = (name) => join(build, "tools", name);
export const openssl = (...args) => run("openssl", args);

// Whatever ends the test, its programs end and its folders go.
const living = new Set();
const folders = new Set();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
  if (!process.env.KEEP) for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

// A program that says on its output when it can be used; ended by its own process id.
export class Program {
  constructor(path, args, env = {}) {
    this.lines = [];
    this.child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env } });
    this.log = "";
    living.add(this.child);
    this.child.stderr.on("data", (data) => { this.log += data; });
    this.ended = new Promise((done) => this.child.once("exit", (code, signal) => {
      this.over = true;
      living.delete(this.child);
      done(code ?? signal);
    }));
    this.ready = new Promise((done, fail) => {
      const late = () => fail(new Error(`${path} is not ready\n${this.log}`));
      const timer = setTimeout(late, START_MS);
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        this.lines.push(line);
        if (line !== "ready") return;
        clearTimeout(timer);
        done(this);
      });
      this.child.once("exit", (code) => {
        clearTimeout(timer);
        fail(new Error(`${path} ended with ${code}\n${this.log}`));
      });
    });
    this.ready.catch(() => {});
  }

  async kill(signal = "SIGTERM") {
    if (!this.over) this.child.kill(signal);
    return this.ended;
  }
}

// A key and a request for it, made by OpenSSL: the key never leaves the device.
async function keyAndRequest(stem, subject) {
  await openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-keyout", `${stem}.key`, "-out", `${stem}.csr`, "-subj", subject);
}

export class Gateway {
  constructor(settings = {}, place = PLACE) {
    this.dir = mkdtempSync(join(place, "wire-"));
    folders.add(this.dir);
    this.data = join(this.dir, "data");
    this.config = join(this.dir, "gateway.conf");
    this.devices = [];
    this.simulators = [];
    this.settings = {
      name: "wire.test/audit", data_dir: this.data, profile: "training", log_level: "info",
      ambulance_address: "127.0.0.1", ambulance_port: 0,
      hospital_address: "127.0.0.1", hospital_port: 0,
      admin_address: "127.0.0.1", admin_port: 0,
      ...Object.fromEntries(["ambulance", "hospital", "admin"].flatMap((listener) =>
        [["cert", "server.crt"], ["key", "server.key"], ["ca", "ca.crt"], ["crl", "crl.pem"]]
          .map(([what, file]) => [`${listener}_${what}`, join(this.data, "pki", file)]))),
      password_memory_mib: 8, checkpoint_every: "0s",
      ...settings,
    };
  }

  writeConfig() {
    const lines = Object.entries(this.settings).flatMap(([key, value]) =>
      [value].flat().map((one) => `${key} = ${one}`));
    writeFileSync(this.config, `${lines.join("\n")}\n`);
  }

  // Runs a command of the gateway, on its machine; gives its output.
  async command(...args) {
    const { stdout } = await run(PROGRAM, [...args, "--config", this.config],
      { env: { ...process.env, ...this.env } });
    return stdout;
  }

  async act(...args) {
    const answer = JSON.parse(await this.command(...args));
    if (answer.ok !== true) throw new Error(`${args.join(" ")}: ${answer.code}`);
    return answer;
  }

  // What the commands say to a running gateway, without starting one for each line.
  actDirectly(request) {
    return new Promise((done, fail) => {
      const socket = connect(join(this.data, "control.sock"));
      socket.once("error", fail);
      createInterface({ input: socket }).once("line", (line) => {
        socket.end();
        const answer = JSON.parse(line);
        if (answer.ok === true) done(answer);
        else fail(new Error(`${request.act}: ${answer.code}`));
      });
      socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  async init() {
    this.writeConfig();
    this.logKey = /^log key: (.*)$/m.exec(await this.command("init", "--names",
      "localhost,127.0.0.1"))[1];
    this.ca = readFileSync(join(this.data, "pki/ca.crt"));
  }

  async start() {
    this.program = new Program(PROGRAM, ["serve", "--config", this.config], this.env);
    await this.program.ready;
    this.ports = Object.fromEntries(this.program.lines.flatMap((line) => {
      const match = /^listening (\w+) (\d+)$/.exec(line);
      return match ? [[match[1], Number(match[2])]] : [];
    }));
    for (const device of this.devices) device.port = this.ports[device.kind];
    return this;
  }

  stop(signal) {
    return this.program.kill(signal);
  }

  // ---- organisations, devices, people ----

  async org(kind, name, code = "1319999999", phone = null) {
    return (await this.act("org", "add", "--kind", kind, "--name", name, "--code", code,
      ...(phone ? ["--phone", phone] : []))).id;
  }

  async device(kind, org, name) {
    const stem = join(this.dir, name);
    await keyAndRequest(stem, `/CN=${name}`);
    const { id } = await this.act("pki", "issue", "--csr", `${stem}.csr`, "--kind", kind, "--org",
      org, "--name", name, "--out", `${stem}.crt`);
    const device = new Device({ name, id, org, port: this.ports?.[kind], ca: this.ca,
      cert: readFileSync(`${stem}.crt`), key: readFileSync(`${stem}.key`) });
    device.kind = kind;
    this.devices.push(device);
    return device;
  }

  async person(org, login, roles, name = `試験 ${login}`, ...more) {
    const file = join(this.dir, `${login}.secrets`);
    const { id } = await this.act("person", "add", "--org", org, "--login", login, "--name", name,
      "--roles", roles, "--secrets", file, ...more);
    const read = (key) => new RegExp(`^${key} (.*)$`, "m").exec(readFileSync(file, "utf8"))[1];
    return new Person({ id, login, name, password: read("password"), secret: read("code_key") });
  }

  // ---- the end ----

  // Whatever a test did: the log holds, and every derived row is what its entries make. A test that
  // alters the store itself says so: `altered`.
  async proved() {
    if (this.altered) return [];
    const run = (word) => this.command("audit", word).then(() => [],
      (error) => [`audit ${word}: ${error.message} ${error.stdout} ${error.stderr}`]);
    return [...await run("verify"), ...await run("rebuild")];
  }

  // Everything down and away; complains about what the devices found wrong on the wire.
  async end() {
    for (const device of this.devices) device.ws?.cut();
    const code = this.program ? await this.stop() : 0;
    const log = this.program?.log ?? "";
    await Promise.all(this.simulators.map((program) => program.kill()));
    const unproved = this.program && code === 0 ? await this.proved() : [];
    if (!process.env.KEEP) rmSync(this.dir, { recursive: true, force: true });
    const faults = this.devices.flatMap((d) => d.faults.map((fault) => `${d.name}: ${fault}`))
      .concat(unproved);
    if (code !== 0 && code !== "SIGKILL") faults.push(`the gateway ended with ${code}\n${log}`);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }
}

// ---- the world around it ----

const CARDS = 80;

// An eligibility simulator with mutual TLS of its own authority, and test cards.
async function simulator(gateway, name, options) {
  const dir = join(gateway.dir, name);
  mkdirSync(dir);
  const at = (name) => join(dir, name);
  const keys = join(build, "card-keys", name); // of the two worlds that a gateway can have, apart
  mkdirSync(keys, { recursive: true });
  const cards = run(tool("make-cards"), [at("cards"), "--count", String(options.cards ?? CARDS),
    "--one-key", ...(options.cardArgs ?? [])], { env: { ...process.env, CARD_KEYS: keys } });
  await openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-keyout", at("ca.key"), "-out", at("ca.crt"), "-subj", "/CN=TEST upstream CA",
    "-days", "30");
  for (const name of ["server", "client"]) {
    await keyAndRequest(at(name), `/CN=${name}`);
    writeFileSync(at(`${name}.ext`), name === "server"
      ? "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n"
      : "extendedKeyUsage=clientAuth\n");
    await openssl("x509", "-req", "-in", at(`${name}.csr`), "-CA", at("ca.crt"), "-CAkey",
      at("ca.key"), "-CAcreateserial", "-out", at(`${name}.crt`), "-days", "30", "-extfile",
      at(`${name}.ext`));
  }
  const accessLog = at("access.jsonl");
  const program = new Program(tool("eligibility-simulator"), ["--cert", at("server.crt"),
    "--key", at("server.key"), "--ca", at("ca.crt"), "--access-log", accessLog,
    "--control", at("control"), ...folderSide(at, options), ...(options.simulatorArgs ?? [])]);
  gateway.simulators.push(program);
  await program.ready;
  await cards;
  const port = /^port=(\d+)$/m.exec(program.lines.join("\n"))[1];
  const way = { url: `https://127.0.0.1:${port}`, ca: at("ca.crt"), cert: at("client.crt"),
    key: at("client.key") };
  return { at, way, accessLog, program, cards: readCards(at("cards")) };
}

// The folders of today's interface, where a test wants them; nobody else may write there.
function folderSide(at, { folder }) {
  if (!folder) return [];
  return ["req", "res"].flatMap((name) => {
    mkdirSync(at(name), { mode: 0o700 });
    return [`--${name}`, at(name)];
  });
}

const named = (prefix, settings) => Object.fromEntries(Object.entries(settings)
  .map(([key, value]) => [`${prefix}_${key}`, value]));

async function upstream(gateway, options) {
  const made = await simulator(gateway, "upstream", options);
  Object.assign(gateway, { accessLog: made.accessLog, simulator: made.program,
    cards: made.cards });
  Object.assign(gateway.settings, named("provider", made.way), {
    provider: "api", facility_code: "1319999999", provider_simulator: "yes",
    card_ca: made.at("cards/auth_ca.der"), card_crl: made.at("cards/crl.der"),
    card_test_accepted: "yes",
  });
  if (!options.folder) return;
  gateway.folder = { req: made.at("req"), res: made.at("res") };
  Object.assign(gateway.settings, named("provider", gateway.folder), { provider: "folder",
    provider_res_on_disk: PLACE === "/dev/shm" ? "no" : "yes" });
}

// Practice beside live work: another simulator, cards of another authority.
async function practiceSide(gateway, options) {
  gateway.practice = await simulator(gateway, "practice", options);
  const { at, way } = gateway.practice;
  Object.assign(gateway.settings, named("practice_provider", way),
    { practice_card_ca: at("cards/auth_ca.der") });
}

// Cards with the number of their patient: the serial's remainder (a rule of the simulator).
function readCards(dir) {
  return readFileSync(join(dir, "cards.txt"), "utf8").trim().split("\n").map((line) => {
    const [folder, serial, ...odd] = line.split(" ");
    return { folder, serial, odd, patient: Number(BigInt(`0x${serial}`) % 40n),
      der: readFileSync(join(dir, folder, "auth.der")).toString("base64") };
  });
}

// A gateway with a headquarters (two ambulances), hospitals A and B (a box each), their people, the
// eligibility simulator and cards; with `practice` those of practice, too. Everybody is signed in
// where `signedIn` is not false.
export async function world({ settings = {}, signedIn = true, place = PLACE, ...options } = {}) {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM}: not built`);
  const g = new Gateway(settings, place);
  g.env = options.env;
  try {
    await Promise.all([options.upstream !== false && upstream(g, options),
      options.practice && practiceSide(g, options)]);
    await g.init();
    await g.start();
    const names = { hq: "試験消防本部", a: "試験第一病院", b: "試験第二病院", ...options.names };
    [g.hq, g.orgA, g.orgB] = await Promise.all([g.org("headquarters", names.hq),
      g.org("hospital", names.a, undefined, options.phone), g.org("hospital", names.b)]);
    await Promise.all([
      ...[["car", "ambulance", g.hq], ["car2", "ambulance", g.hq], ["boxA", "hospital", g.orgA],
        ["boxB", "hospital", g.orgB]].map(async ([key, kind, org]) => {
        g[key] = await g.device(kind, org, key);
      }),
      ...[["crew", g.hq, "paramedic"], ["crew2", g.hq, "paramedic"],
        ["nurseA", g.orgA, "er_board,er_viewer"], ["nurseB", g.orgB, "er_board,er_viewer"],
      ].map(async ([login, org, roles]) => {
        g[login] = await g.person(org, login, roles);
      }),
    ]);
    await Promise.all([g.car, g.car2, g.boxA, g.boxB].map((device) => device.connect()));
    if (!signedIn) return g;
    await Promise.all([["onCar", g.car, g.crew], ["onCar2", g.car2, g.crew2],
      ["atA", g.boxA, g.nurseA], ["atB", g.boxB, g.nurseB]].map(async ([key, device, person]) => {
      g[key] = await device.signInFully(person);
    }));
    return g;
  } catch (error) {
    await g.end().catch((other) => { error.message += `\n${other.message}`; });
    throw error;
  }
}
