// clerk.mjs — Job: answer the requests of the folder interface as somebody else's program would:
// official XML (DOMAIN C11-C28) of one invented person, in as many ways as there are writers.
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, renameSync, unlinkSync,
  utimesSync, watch, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

// By another encoder than the gateway's.
export const cp932 = (text) => execFileSync("iconv", ["-f", "UTF-8", "-t", "CP932"],
  { input: text, maxBuffer: 1 << 28 });
export const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]),
  Buffer.from(text, "utf16le")]);

const KINDS = { OQS: "person", YZK: "drugs", TKK: "checkups" };
const declared = (encoding) => `<?xml version="1.0" encoding="${encoding}" standalone="no"?>\n`;

const el = (name, ...inside) => `<${name}>${inside.join("")}</${name}>`;

export const PERSON = { name: "試験　花子", kana: "シケン　ハナコ", birth: "19501231" };

const header = (id, who) => el("MessageHeader",
  el("ProcessExecutionTime", "20261124101112"), el("MedicalInstitutionCode", "1319999999"),
  el("ArbitraryFileIdentifier", id), el("SegmentOfResult", "1"),
  el("CharacterCodeIdentifier", "0"), who);

// The three files as plain texts without a declaration.
export function texts(id, person = PERSON) {
  const { name, kana, birth } = person;
  return {
    person: el("XmlMsg", header(id, ""), el("MessageBody", el("ProcessingResultStatus", "1"),
      el("QualificationValidity", "1"), el("InsurerNumber", "06139999"),
      el("InsuredCardSymbol", "試"), el("InsuredIdentificationNumber", "123"),
      el("InsuredBranchNumber", "01"), el("Name", name), el("NameKana", kana), el("Sex1", "2"),
      el("Birthdate", birth), el("Address", "東京都"), el("SpecificHealthCheckupsInfoConsFlg", "1"),
      el("PharmaceuticalInfoConsFlg", "1"), el("DiagnosisInfoConsFlg", "1"),
      el("OperationInfoConsFlg", "1"))),
    drugs: el("XmlMsg", header(id, el("QuaInf", el("Name", name), el("KanaName", kana),
      el("Birth", birth), el("AdmGendCode", "2"))),
    el("MessageBody", el("MeTrMonthInf", el("DiOrg", "2"), el("MeTrDiHCd", "1312345678"),
      el("MeTrDiHNm", "髙﨑病院①"), el("PrlsHCd", ""), el("MeTrMonth", "202609"), el("InOut", "2"),
      el("DiDateInfs", el("DiDateInf", el("DiDate", "20260903"), el("DrugInfs", el("DrugInf",
        el("DrugC", "610443047"), el("DrugN", "ﾃｽﾄ錠５ｍｇ＆外用"), el("Qua1", "1"), el("Unit", "錠"),
        el("UsageN", "１日１回朝食後"), el("Times", "30"), el("MeTrIdCl", "21")))))))),
    checkups: el("XmlMsg", header(id, el("QualificationsInfo", el("Name", name),
      el("KanasName", kana), el("Birthday", birth), el("AdministrativeGenderCode", "2"))),
    el("MessageBody", el("SpecificHealthCheckupInfos", el("SpecificHealthCheckupInfo",
      el("EffectiveTime", "20260601"), el("HealthCheckupResultAndQuestionInfos",
        el("HealthCheckupResultAndQuestionInfo", el("ItemCode", "9A755000000000001"),
          el("ItemName", "収縮期血圧"), el("DataType", "PQ"), el("DataValue", "0128"),
          el("Unit", "mmHg"))))))),
  };
}

export const utf8 = (text) => Buffer.from(declared("UTF-8") + text);
export const shiftJis = (text) => cp932(declared("Shift_JIS") + text);
export const saying = (encoding, text) => Buffer.from(declared(encoding) + text);

// A request that was taken back meanwhile is none.
function take(path) {
  try {
    const request = readFileSync(path);
    unlinkSync(path);
    return request;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

// `way` makes the bytes of a file, null: no file; `put` writes it, by default whole at once.
export class Clerk {
  constructor({ req, res }) {
    Object.assign(this, { req, res, asked: [] });
    this.plain();
    this.watcher = watch(req, () => this.look());
    this.look();
  }

  // Plain files, whole at once.
  plain() {
    Object.assign(this, { way: utf8, ending: () => "xml",
      put: (name, bytes) => this.whole(name, bytes) });
  }

  // Each request is read once and taken away.
  look() {
    for (const name of readdirSync(this.req)) {
      const match = /^(OQS|YZK|TKK)siquc01req_(.*)\.xml$/.exec(name);
      if (!match) continue;
      const request = take(join(this.req, name));
      if (request === null) continue;
      const kind = KINDS[match[1]];
      this.asked.push({ kind, id: match[2], request });
      const bytes = this.way(texts(match[2])[kind], kind, match[2]);
      if (bytes !== null)
        this.put(`${match[1]}siquc01res_${match[2]}.${this.ending(kind)}`, Buffer.from(bytes),
          kind);
    }
  }

  at(name) {
    return join(this.res, name);
  }

  // Under another name first; with its writer's date, if any.
  whole(name, bytes, date) {
    const growing = this.at(`.growing-${name}`);
    writeFileSync(growing, bytes);
    if (date) utimesSync(growing, date, date);
    renameSync(growing, this.at(name));
  }

  // In the open, and only begun; gives what writes the rest.
  begin(name, bytes) {
    const half = Math.floor(bytes.length / 2);
    const fd = openSync(this.at(name), "wx");
    writeSync(fd, bytes, 0, half);
    return () => {
      writeSync(fd, bytes, half);
      closeSync(fd);
    };
  }

  // Resolves once the gateway has taken this file.
  taken(name) {
    return new Promise((done) => {
      const gone = () => {
        if (existsSync(this.at(name))) return;
        watcher.close();
        done();
      };
      const watcher = watch(this.res, gone);
      gone();
    });
  }

  close() {
    this.watcher.close();
  }
}
