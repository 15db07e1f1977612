// story.js — Job: one case's events as a time line that can be read, corrections included. Pure.
import { isEnglish, word } from "../../client/web/codes.js";
import { clock } from "../../client/web/time.js";
import { groundText, isRefusal, orgText, whoText } from "./access_rows.js";
import { named, reasonText } from "./lists.js";

const en = (ja, english) => (isEnglish() ? english : ja);
const icons = { case_opened: "car", card_read: "card", identity_checked: "person",
  ground_recorded: "pen", fetch_asked: "info", view_fetched: "info", opened: "eye",
  record_opened: "eye", inquiry_asked: "hospital", answered: "ok", destination_set: "ok",
  grant_issued: "ok", delivered: "hospital", grant_revoked: "hide", view_ended: "hide",
  view_closed: "hide", handed_over: "car", handover_confirmed: "ok", case_ended: "ok",
  mixup: "warn", alert: "warn", break_glass: "warn", eta_told: "clock", grant_changed: "clock",
  taken_over: "car", takeover_offered: "car", talked: "talk", arrived: "hospital",
  vitals_taken: "pulse" };
const ON_GROUND = new Set(["ground_recorded", "grant_issued", "opened", "break_glass"]);
const KEY = new Set(["grant_issued", "delivered", "opened"]);
// Events that replace what was said before: the second one corrects the first, and both stay.
const REPLACES = new Set(["eta_told", "destination_set", "record_changed", "no_view",
                          "identity_checked", "handed_over", "handover_confirmed"]);

function titleOf(row, names) {
  const what = named("event", row.type);
  const to = row.hospital && row.hospital !== row.org ? names.org(row.hospital) : "";
  const items = row.sections?.length
    ? en(`（${row.sections.length}項目）`, ` (${row.sections.length} sections)`) : "";
  switch (row.type) {
    case "identity_checked": return `${what}：${word("match", row.reason)}`;
    case "answered": return `${orgText(row, names)}：${word("asked_status", row.reason)}`;
    case "ground_recorded": return row.right === "crew_view"
      ? en("根拠：隊の閲覧", "Ground: crew view")
      : en(`根拠：${to || "病院"}へ見せる`, `Ground: disclosure to ${to || "the hospital"}`);
    case "opened": return row.grant ? `${what}：${whoText(row, names)}${items}`
      : en(`隊が閲覧${items}`, `Opened by the crew${items}`);
    case "grant_issued": return en(`閲覧可にした${items}：${to}`, `Made viewable${items}: ${to}`);
    case "delivered": return en("病院に届いた（封をしたまま）", "Delivered, still sealed");
    case "refused": return `${what}：${orgText(row, names)} ${whoText(row, names)}`;
    case "inquiry_asked": case "destination_set": return to ? `${what}：${to}` : what;
    default: return what;
  }
}

function textOf(row, names) {
  const parts = [];
  const named_ = ["opened", "refused"].includes(row.type) && row.grant;
  if (!named_) parts.push(whoText(row, names));
  if (row.type === "answered" && row.decline) parts.push(word("decline", row.decline));
  const ground = ON_GROUND.has(row.type) ? groundText(row) : { text: reasonText(row) };
  if (!["answered", "identity_checked"].includes(row.type))
    parts.push(`${ground.strong ?? ""}${ground.text}`);
  if (row.type === "opened" || row.type === "grant_issued")
    parts.push((row.sections ?? []).map((one) => word("section", one)).join(en("、", ", ")));
  if (row.type === "refused") parts.push(en("内容は渡っていない", "nothing was handed out"));
  if (row.type === "inquiry_asked")
    parts.push(en("氏名・閲覧した内容は含まない", "without name and view"));
  if (row.late) parts.push(en(`${clock(row.made_at, true)} に記録、後から届いた`,
                              `made at ${clock(row.made_at, true)}, came late`));
  return parts.filter(Boolean).join(en("・", ", "));
}

function correction(row, before) {
  if (row.type === "eta_told" && row.until && before.until && row.until !== before.until)
    return en(`訂正：到着予定 ${clock(before.until)} → ${clock(row.until)}`,
              `Correction: arrival ${clock(before.until)} → ${clock(row.until)}`);
  const count = before.count + 1;
  return en(`訂正：${named("event", row.type)}（${count}回目）`,
            `Correction: ${named("event", row.type)} (no. ${count})`);
}

// Gives [{seq, at, icon, kind: "" key fix bad, title, text}], oldest first as the rows are.
export function storyOf(rows, names) {
  const said = new Map();
  return rows.map((row) => {
    const item = { seq: row.seq, at: row.recorded_at, icon: icons[row.type] ?? "ring", kind: "",
                   title: titleOf(row, names), text: textOf(row, names) };
    if (KEY.has(row.type)) item.kind = "key";
    if (isRefusal(row) || row.type === "mixup") item.kind = "bad";
    if (isRefusal(row) || row.reason === "declined") item.icon = "x";
    const before = said.get(row.type);
    if (REPLACES.has(row.type)) {
      if (before) Object.assign(item, { kind: "fix", icon: "pen", title: correction(row, before),
        text: [textOf(row, names), en(`前の記録 #${before.seq} も残る`,
                                      `entry #${before.seq} stays`)].join(en("。", ". ")) });
      said.set(row.type, { seq: row.seq, until: row.until, count: (before?.count ?? 0) + 1 });
    }
    return item;
  });
}

// What is still to come by itself: the end of the grants that are live.
export function endsOf(rows) {
  const live = new Map();
  for (const row of rows) {
    if (row.type === "grant_issued" || row.type === "grant_changed") live.set(row.grant, row.until);
    if (row.type === "grant_revoked") live.delete(row.grant);
  }
  return [...live.values()].filter(Boolean).sort();
}
