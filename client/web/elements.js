// elements.js — Job: patient banner, delivery steps, offline banner, vitals trend.
import { word, isEnglish } from "./codes.js";
import { h, icon, svg } from "./dom.js";
import { ago, ageOf, birth, clock } from "./time.js";

const en = (ja, english) => (isEnglish() ? english : ja);
const cell = (label, value, kind = "") => h("div", {}, h("dt", {}, label), h("dd", {},
  kind ? h("span", { class: `uk ${kind}` }, value) : value));

// Always the same order. WHO: {name, kana, sex, birth_date, age, absent: word when not known}.
class PatientBanner extends HTMLElement {
  show(who, ids) {
    const gone = who.absent ?? en("未聴取", "not asked");
    const age = who.age ?? ageOf(who.birth_date);
    const field = (label, value) => (value ? cell(label, value) : cell(label, gone, "na"));
    const name = field(who.kana || en("氏名", "name"), who.name);
    name.className = "nm";
    this.className = "pt";
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", en("傷病者", "patient"));
    this.replaceChildren(h("div", { class: "ptw" },
      h("dl", {}, name, field(en("性別", "sex"), word("sex", who.sex)),
        field(en("生年月日", "born"), who.birth_date && birth(who.birth_date)),
        field(en("年齢", "age"), age !== null && age !== undefined ? `${age}${en("歳", "")}` : "")),
      h("dl", { class: "ids" }, ...ids.map(([label, value, isNth]) => h("div",
        { class: isNth ? "push id" : "id" }, h("dt", { class: isNth ? "sr" : undefined }, label),
        h("dd", { class: isNth ? "nth" : undefined }, value))))));
  }
}

// Four facts, never merged; lit only by a committed event.
// TIMES: [waiting, stored, received, seen].
class DeliverySteps extends HTMLElement {
  show(times, label) {
    const names = [en("送信待ち", "waiting"), en("ゲートウェイ保存", "at the gateway"),
                   en("病院受信", "at the hospital"), en("病院確認", "opened")];
    const at = times.findIndex((time) => !time);
    const next = at < 0 ? 4 : Math.max(at - 1, 0);
    const row = (name, i) => {
      const done = times[i] && (i > 0 || times[1]);
      const state = done ? "done" : i === next && i === 0 ? "now" : "todo";
      const saying = done ? en("済", "done") : state === "now" ? en("いま", "now")
        : en("まだ", "not yet");
      return h("li", { class: state }, h("span", { class: "dot", "aria-hidden": "true" },
        done ? icon("ok") : String(i + 1)), h("span", { class: "nm" }, name),
      h("span", { class: "tm" }, h("span", { class: "sr" }, saying),
        times[i] ? clock(times[i], true) : en("まだ", "not yet")));
    };
    this.replaceChildren(h("ol", { class: "dl", "aria-label": label }, names.map(row)));
  }
}

class OfflineBanner extends HTMLElement {
  show(line, waiting) {
    this.hidden = line.up === true;
    this.className = "flat note off";
    this.setAttribute("role", "status");
    if (this.hidden) return;
    const since = line.since ? `${clock(line.since)}（${ago(line.since)}）${en("から。", "")}` : "";
    this.replaceChildren(icon("off"), h("span", { class: "lv" }, en("オフライン", "Offline")),
      h("span", { class: "tx" }, h("b", {}, since,
        en(`未送信 ${waiting}件。`, ` ${waiting} waiting. `)),
      en("入力はそのまま続けられます。つながると順に送ります",
         "Go on; everything is sent when the line is back")));
  }
}

// Pulse and upper pressure over time; dash and marker tell the lines apart without colour.
class VitalsTrend extends HTMLElement {
  show(list) {
    const rows = list.map((one) => one.content).filter((v) => v?.at).slice(-8);
    const last = rows.at(-1);
    this.hidden = rows.length === 0;
    if (!last) return;
    const lines = [["systolic", "∨ ", en("血圧上", "systolic"), ""],
                   ["pulse", "● ", en("脈拍", "pulse"), "8 5"]];
    const all = rows.flatMap((v) => [v.systolic, v.pulse]).filter((n) => n !== undefined);
    if (rows.length < 2 || all.length === 0) return this.replaceChildren(this.newest(last));
    const low = Math.floor((Math.min(...all) - 5) / 10) * 10;
    const high = Math.ceil((Math.max(...all) + 5) / 10) * 10;
    const x = (i) => 44 + (i * 320) / (rows.length - 1);
    const y = (n) => 112 - ((n - low) * 98) / (high - low);
    const title = lines.map(([key, , name]) => `${name} ${rows.map((v) =>
      v[key] ?? en("未測定", "not taken")).join("、")}`).join("。");
    const chart = svg("svg", { class: "chart", viewBox: "0 0 500 132", role: "img",
                               "aria-label": title });
    for (const n of [low, high]) chart.append(svg("path", { class: "gr", d: `M40 ${y(n)}H380` }),
      svg("text", { x: 34, y: y(n) + 4, "text-anchor": "end", "font-size": 13 }, String(n)));
    rows.forEach((v, i) => chart.append(svg("text", { x: x(i), y: 129, "text-anchor": "middle",
      "font-size": 13 }, clock(v.at))));
    for (const [key, sign, name, dash] of lines) {
      const points = rows.map((v, i) => [x(i), v[key]]).filter(([, n]) => n !== undefined);
      if (points.length === 0) continue;
      chart.append(svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 3,
        "stroke-dasharray": dash, points: points.map(([px, n]) => `${px},${y(n)}`).join(" ") }));
      for (const [px, n] of points) chart.append(key === "pulse"
        ? svg("circle", { cx: px, cy: y(n), r: 5, fill: "currentColor" })
        : svg("path", { d: `M${px - 6} ${y(n) - 8}l6 8l6 -8`, fill: "none",
                        stroke: "currentColor", "stroke-width": 3 }));
      const [px, n] = points.at(-1);
      chart.append(svg("text", { x: px + 14, y: y(n) + 5, "font-size": 15, "font-weight": 700 },
                       `${sign}${name} ${n}`));
    }
    this.replaceChildren(chart, this.newest(last));
  }

  newest(v) {
    return h("p", { class: "sub" }, `${en("最新", "newest")} ${clock(v.at)}（${ago(v.at)}）：`,
             vitalsLine(v));
  }
}

export function vitalsLine(v) {
  const parts = [];
  const add = (value, text) => { if (value !== undefined) parts.push(text); };
  add(v.jcs, `JCS ${v.jcs}`);
  add(v.systolic, `${en("血圧", "BP")} ${v.systolic}/${v.diastolic ?? "–"}`);
  add(v.pulse, `${en("脈拍", "pulse")} ${v.pulse}`);
  add(v.respiration, `${en("呼吸", "resp.")} ${v.respiration}`);
  add(v.spo2, `SpO₂ ${v.spo2} %`);
  add(v.temperature, `${(v.temperature / 10).toFixed(1)} ℃`);
  return parts.join("・");
}

customElements.define("patient-banner", PatientBanner);
customElements.define("delivery-steps", DeliverySteps);
customElements.define("offline-banner", OfflineBanner);
customElements.define("vitals-trend", VitalsTrend);
