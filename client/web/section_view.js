// section_view.js — Job: show one opened section as it was delivered; six states look different.
import { word, isEnglish } from "./codes.js";
import { chip, h } from "./dom.js";

const en = (ja, english) => (isEnglish() ? english : ja);
const kinds = { present: "info", empty: "none", not_asked: "off", not_consented: "off",
                failed: "fail", not_provided: "off" };

export const stateChip = (state) => chip(kinds[state] ?? "unk", word("section_state", state));

const place = (p) => p?.name ?? p?.code ?? "";
const month = (m) => (/^\d{4}-\d\d$/.test(m ?? "")
  ? en(`${m.slice(0, 4)}年${Number(m.slice(5))}月`, m) : m ?? en("不明", "unknown"));

// With its heading and the unit that was delivered; that none was delivered is said, too.
export const amountOf = (item) => (item.quantity === undefined ? "" : `${en("数量", "quantity")} ${
  item.quantity}${item.unit ?? en("（単位の記載なし）", " (no unit given)")}`);

function drug(item) {
  const cells = [amountOf(item), item.usage, item.times &&
    `${en("回数", "times")} ${item.times}`, item.special];
  return h("li", {}, h("b", {}, item.name ?? item.code ?? en("薬剤名の記載なし", "no name given")),
    ...cells.filter(Boolean).map((text) => h("span", {}, text)),
    h("span", { class: "sub" }, [item.date ?? item.month, place(item.institution),
      place(item.prescriber) && en(`処方：${place(item.prescriber)}`, place(item.prescriber))]
      .filter(Boolean).join("・")));
}

function medications(content) {
  const order = ["dispensed", "receipt", "prescribed"];
  const groups = content.groups ?? [];
  const others = groups.filter((g) => !order.includes(g.source)).map((g) => g.source);
  return [...order, ...others].map((source) => {
    const group = groups.find((g) => g.source === source);
    const head = h("h3", { class: "gh" }, word("source", source), group
      ? h("span", {}, `${en("最新", "newest")} `, h("b", {}, month(group.newest_month)))
      : stateChip("not_provided"));
    return h("div", { class: "grp" }, head,
             group ? h("ul", { class: "rx" }, (group.items ?? []).map(drug)) : null);
  });
}

function plain(value) {
  if (Array.isArray(value)) return value.map(plain).join(" ");
  if (value && typeof value === "object")
    return Object.entries(value).filter(([key]) => key !== "code").map(([, v]) => plain(v))
      .join(" ");
  return String(value ?? "");
}

function items(content) {
  return h("ul", { class: "rx" }, (content.items ?? []).map((item) => h("li", {},
    h("b", {}, item.name ?? place(item.institution) ?? item.date ?? ""),
    h("span", {}, [item.date ?? item.month, amountOf(item),
                   item.name ? place(item.institution) : "", item.in_out]
      .filter(Boolean).join("・")),
    item.results ? h("span", {}, item.results.map((r) => `${r.name ?? r.code} ${r.value_name ??
      r.value ?? ""}${r.unit ?? ""}`).join("、")) : null)));
}

// Nodes for one section. HIDDEN: the patient does not want it shown, whatever the view says.
export function sectionNodes(section, plainSection, hidden) {
  if (hidden) return [stateChip("not_consented")];
  if (plainSection.state !== "present") return [stateChip(plainSection.state)];
  const content = plainSection.content ?? {};
  if (content.in_document) return [h("p", {}, en(
    "PDF だけで届いています（「なし」とは限りません）。「文書（PDF）」を開いて確かめてください",
    "delivered as PDF only (this does not mean none): open the document (PDF) to see it"))];
  const body = section === "medications" ? medications(content)
    : content.items ? [items(content)]
    : [h("dl", { class: "kv" }, Object.entries(content).filter(([key]) => key !== "other")
      .map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, plain(value)))))];
  const other = content.other?.length ? h("p", { class: "sub" }, content.other
    .map((one) => `${one.path}: ${one.text}`).join("、")) : null;
  return other ? [...body, other] : body;
}

// The box that can hurt when misread. ALLERGIES: the opened section, or null; TOLD: told_item.
export function allergyNodes(allergies, told) {
  const state = allergies?.state ?? "not_provided";
  const nodes = state === "present" ? sectionNodes("allergies", allergies, false)
    : [stateChip(state), h("p", { class: "big" }, state === "not_provided"
      ? en("この情報源にアレルギー欄はありません（「なし」ではありません）",
           "This source has no allergy field (this does not mean none)")
      : word("section_state", state))];
  const who = told?.said_by ? `${word("said_by", told.said_by)}${en("から聞いた", "")}`
    : en("聞きとり", "told");
  nodes.push(h("div", { class: "grp told" }, h("p", { class: "gh" }, h("b", {}, who)),
    told?.state === "present" ? h("p", { class: "big" }, told.text ?? word("told", "present"))
      : chip({ unknown: "unk", none: "none" }[told?.state] ?? "off",
             word("told", told?.state ?? "not_asked"))));
  return nodes;
}
