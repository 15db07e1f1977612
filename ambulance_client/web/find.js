// find.js — Job: search what was opened: one line per value, found without regard to width or kana.
import { amountOf } from "../../client/web/section_view.js";

const hira = (text) => text.replace(/[\u30a1-\u30f6]/g, (c) =>
  String.fromCharCode(c.charCodeAt(0) - 0x60));
export const folded = (text) => hira(String(text ?? "").normalize("NFKC").toLowerCase())
  .replace(/\s+/g, "");

const place = (p) => p?.name ?? p?.code ?? "";

function lines(section, content) {
  if (content?.groups) return content.groups.flatMap((group) => (group.items ?? []).map((item) => ({
    section, source: group.source, title: item.name ?? item.code ?? "",
    more: [amountOf(item), item.usage, item.date ??
      item.month, place(item.institution), item.ingredient].filter(Boolean) })));
  if (content?.items) return content.items.map((item) => ({ section,
    title: item.name ?? (place(item.institution) || item.date) ?? "",
    more: [item.date ?? item.month, item.name && place(item.institution),
           ...(item.results ?? []).map((r) => `${r.name ?? ""} ${r.value_name ?? r.value ?? ""}`)]
      .filter(Boolean) }));
  return Object.entries(content ?? {}).filter(([, value]) => typeof value === "string")
    .map(([key, value]) => ({ section, title: value, more: [key] }));
}

// OPENED: [[section, {state, content}], …]. An empty question finds nothing.
export function search(opened, question) {
  const wanted = folded(question);
  if (!wanted) return [];
  return opened.filter(([section, plain]) => section !== "person" && plain.state === "present")
    .flatMap(([section, plain]) => lines(section, plain.content))
    .filter((line) => folded([line.title, ...line.more].join(" ")).includes(wanted));
}

// Told and card identity side by side: [{key, told, card, differs}]. Absent is no difference.
export function identityRows(told, card) {
  const name = (text) => folded(text).replace(/[・,.]/g, "");
  return ["name", "birth_date", "sex"].map((key) => {
    const a = told?.[key], b = card?.[key];
    const differs = Boolean(a && b) && (key === "name"
      ? name(a) !== name(b) && name(told.kana ?? a) !== name(card.kana ?? "") : a !== b);
    return { key, told: a, card: b, differs };
  });
}
