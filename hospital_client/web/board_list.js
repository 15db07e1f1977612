// board_list.js — Job: requests that ring, who is coming, and the answer in two touches.
import { keysOf, word } from "../../client/web/codes.js";
import { chip, h, icon, put, say, told, urgency } from "../../client/web/dom.js";
import { vitalsLine } from "../../client/web/elements.js";
import { lastVitals, liveGrant, shortId } from "../../client/web/store.js";
import { clock, clockAgo, now } from "../../client/web/time.js";

const FLAGS = ["dialysis", "anticoagulant", "infection", "pregnancy", "dnar", "psychiatric"];
const askedOf = (one) => one.shown.asked[0];
const waiting = (one) => askedOf(one)?.status === "waiting" && !one.shown.ended_at;

// When the oldest unanswered request began to ring; null: none.
export function ringing(store) {
  const times = [...store.cases.values()].filter(waiting)
    .map((c) => Date.parse(askedOf(c).asked_at));
  return times.length ? Math.min(...times) : null;
}

export function whoLine(content) {
  const age = content?.age !== undefined ? `${content.age}${say("years")}` : say("age_unknown");
  return `${age} ${word("sex", content?.sex)}　${content?.complaint ?? ""}`;
}

function vitals(v) {
  const rows = [["jcs", v.jcs], ["bp", v.systolic && `${v.systolic}/${v.diastolic ?? "–"}`],
                ["pulse", v.pulse], ["resp", v.respiration], ["spo2", v.spo2],
                ["temp", v.temperature && (v.temperature / 10).toFixed(1)]];
  return h("dl", { class: "vit" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, say(key)),
    value === undefined ? h("dd", { class: "u0" }, say("not_taken"))
      : h("dd", {}, String(value)))));
}

function request(board, one) {
  const { shell } = board, asked = askedOf(one), q = asked.content ?? {};
  const answer = (body) => shell.link.send("answer", one.id, { inquiry: asked.inquiry, ...body });
  const picked = board.picked.get(asked.inquiry);
  const radios = keysOf("decline").map((reason) => h("label", { class: "pick" }, h("input", {
    type: "radio", name: `w-${one.id}`, "data-key": `${one.id}-${reason}`,
    checked: picked === reason,
    onchange: () => { board.picked.set(asked.inquiry, reason); shell.draw(); } }),
  word("decline", reason)));
  const by = shell.store.person?.name;
  return h("section", { class: "ask ring", "aria-label": say("request") },
    h("div", { class: "row" }, h("span", { class: "big2" }, icon("bell"), ` ${say("request")}`),
      urgency(q.urgency, word("urgency", q.urgency)),
      h("span", { class: "push" }, h("b", { class: "f-xxl", "data-from": asked.asked_at }), " ",
        say("ringing"))),
    h("h1", {}, whoLine(q)),
    h("p", { class: "f-l" }, [q.onset_at && `${clockAgo(q.onset_at)} ${say("onset")}`, q.mechanism,
                              q.note].filter(Boolean).join("。")),
    vitals(q.vitals ?? {}), h("p", { class: "f-m" }, q.vitals
      ? `${say("taken")} ${clockAgo(q.vitals.at)} ${q.vitals.ecg ?? ""}` : ""),
    h("dl", { class: "kv f-m flg" }, FLAGS.filter((f) => q[f]).map((f) => h("div", {},
      h("dt", {}, say(f)), h("dd", {}, told(q[f], word("told", q[f])))))),
    h("p", { class: "f-l" }, h("b", { "data-to": q.eta_at }, q.eta_at ? "" : say("eta_unknown")),
      `　${q.eta_at ? clock(q.eta_at) : ""}　${q.place ?? ""}`),
    h("p", { class: "f-m" }, say("no_identity")),
    h("button", { class: "b go main", "data-key": `${one.id}-yes`,
                  onclick: () => answer({ result: "accepted", ...(by ? { name: by } : {}) }) },
      icon("ok"), say("accept")),
    h("fieldset", {}, h("legend", {}, say("why_not")), h("div", { class: "why" }, radios)),
    h("button", { class: "b first wide", disabled: !picked, "data-key": `${one.id}-no`,
                  onclick: () => answer({ result: "declined", reason: picked,
                                          ...(by ? { name: by } : {}) }) }, say("decline")),
    picked ? null : h("p", { class: "f-m" }, say("decline_first")));
}

function stateOf(one) {
  const grants = one.shown.grants, live = liveGrant(one.shown, now());
  if (grants.length === 0) return [chip("off", say("no_grant"), "card"), h("span", {},
                                                                        say("record_only"))];
  if (!live) return [chip("off", say("over"), "lock")];
  if (!live.delivered_at && !live.opened_at) return [chip("unk", say("receiving"), "clock")];
  if (!live.opened_at) return [chip("warn", say("unseen")), h("b", {}, say("nobody_opened"))];
  const name = one.openings?.at(-1)?.name;
  return [chip("info", say("viewing"), "eye"),
          h("span", {}, `${name ?? ""} ${clock(live.opened_at)}`)];
}

function row(board, one) {
  const { shell } = board, s = one.shown, content = askedOf(one)?.content ?? {};
  const past = s.handed_at || s.confirmed_at, v = lastVitals(s);
  const soon = s.eta_at && Date.parse(s.eta_at) - now() < 5 * 60000;
  const live = liveGrant(s, now());
  const late = soon && live && !live.opened_at && !past;
  const phone = askedOf(one)?.by_phone && askedOf(one).phone_checked === undefined;
  const check = (confirmed) => shell.link.send("acceptance_check", one.id, { confirmed });
  return h("li", { class: `card in ${late ? "late" : ""} ${past ? "past" : ""}` },
    h("div", {}, past ? h("span", { class: "cd" }, clock(past))
      : h("span", { class: "cd", "data-to": s.eta_at }, s.eta_at ? "" : say("eta_unknown")),
    h("span", { class: "sub" }, s.eta_at ? `${clock(s.eta_at)} ${say("eta")}` : "")),
    h("div", {}, h("p", { class: "row" },
      urgency(content.urgency, word("urgency", content.urgency)),
      h("b", { class: "who" }, whoLine(content))),
    h("p", { class: "sub" },
      `${s.opened?.spoken_name ?? shortId(one.id)}　${v ? vitalsLine(v) : ""}`),
    phone ? h("div", { class: "row" }, chip("warn", say("phone_said"), "phone"),
      h("button", { class: "b", onclick: () => check(true) }, say("phone_yes")),
      h("button", { class: "b quiet", onclick: () => check(false) }, say("phone_no"))) : null),
    h("div", { class: "stt" }, stateOf(one)),
    h("button", { class: "b", "data-key": `open-${one.id}`, disabled: !shell.store.person,
                  onclick: () => openPatient(board, one) }, icon("lock"), say("open")));
}

// Reading the crew's record is logged with the person.
function openPatient(board, one) {
  if (one.shown.destination_here) board.shell.link.send("record_read", one.id);
  board.go(one.id);
}

export function drawList(board) {
  const all = [...board.shell.store.cases.values()].filter((one) => !one.shown.ended_at);
  const asks = all.filter(waiting);
  const mine = all.filter((one) => !waiting(one) && (one.shown.destination_here ||
    askedOf(one)?.status === "accepted"));
  const at = (one) => Date.parse(one.shown.eta_at ?? "9999-12-31");
  mine.sort((a, b) => at(a) - at(b));
  const past = mine.filter((one) => one.shown.handed_at || one.shown.confirmed_at);
  const coming = mine.filter((one) => !past.includes(one));
  const elsewhere = all.filter((one) => askedOf(one)?.status === "elsewhere");
  const list = h("section", { class: "col" },
    h("div", { class: "row" }, h("h2", { class: "big2" }, say("coming", coming.length)),
      h("span", { class: "push" }, say("order"))),
    mine.length + asks.length ? null : h("p", { class: "big" }, say("nothing")),
    h("ol", { class: "col" }, coming.map((one) => row(board, one))),
    past.length ? h("h2", { class: "big2" }, say("arrived", past.length)) : null,
    h("ol", { class: "col" }, past.map((one) => row(board, one))),
    ...elsewhere.map((one) => h("p", { class: "note" }, icon("info"),
      h("span", { class: "tx" }, `${shortId(one.id)}：${say("elsewhere")}`))),
    h("a", { class: "b quiet", href: "/hospital_client/web/down.html", target: "_blank",
             rel: "noopener" }, say("down_page")));
  put(document, "main", h("div", { class: asks.length ? "lay" : "lay one" },
    asks.length ? h("div", { class: "col" }, asks.map((one) => request(board, one))) : null, list));
}
