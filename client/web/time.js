// time.js — Job: gateway time, and times and dates as people read them.
import { isEnglish } from "./codes.js";

let base = null;   // {gateway ms, monotonic ms}: a screen's deadlines do not follow the wall clock

export function heardNow(iso, mono = performance.now()) { base = { at: Date.parse(iso), mono }; }
export function now(mono = performance.now()) {
  return base ? base.at + mono - base.mono : Date.now();
}
export const iso = (ms) => new Date(ms).toISOString();

const two = (n) => String(n).padStart(2, "0");
export function clock(at, seconds = false) {
  const d = new Date(at);
  if (!at || Number.isNaN(d.getTime())) return "";
  return `${two(d.getHours())}:${two(d.getMinutes())}${seconds ? `:${two(d.getSeconds())}` : ""}`;
}

// With the day where it is not today's: the end of a right may be tomorrow.
export function dayClock(at, from = now()) {
  const d = new Date(at), today = new Date(from);
  if (!at || Number.isNaN(d.getTime()) || d.toDateString() === today.toDateString())
    return clock(at);
  const next = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
  if (d.toDateString() === next.toDateString())
    return isEnglish() ? `${clock(at)} tomorrow` : `明日 ${clock(at)}`;
  return isEnglish() ? `${clock(at)} on ${d.getFullYear()}-${two(d.getMonth() + 1)}-${
    two(d.getDate())}` : `${d.getMonth() + 1}月${d.getDate()}日 ${clock(at)}`;
}

export function ago(at, from = now()) {
  const minutes = Math.max(0, Math.floor((from - Date.parse(at)) / 60000));
  if (isEnglish()) return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
  return minutes < 60 ? `${minutes}分前` : `${Math.floor(minutes / 60)}時間前`;
}

export function clockAgo(at) {
  if (!at) return "";
  return isEnglish() ? `${clock(at)} (${ago(at)})` : `${clock(at)}（${ago(at)}）`;
}

const eras = [["2019-05-01", "令和", 2018], ["1989-01-08", "平成", 1988], ["1926-12-25", "昭和", 1925],
              ["1912-07-30", "大正", 1911], ["1868-01-25", "明治", 1867]];
export function era(date) {
  const row = eras.find(([from]) => date >= from);
  const years = row && Number(date.slice(0, 4)) - row[2];
  return row ? `${row[1]}${years === 1 ? "元" : years}年` : "";
}
const months = ["January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December"];
export function birth(date) {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date ?? "");
  if (m && isEnglish()) return `${Number(m[3])} ${months[Number(m[2]) - 1]} ${m[1]}`;
  return m ? `${m[1]}年${Number(m[2])}月${Number(m[3])}日（${era(date)}）` : date ?? "";
}
export function ageOf(date, at = now()) {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date ?? "");
  if (!m) return null;
  const d = new Date(at);
  const before = d.getMonth() + 1 < Number(m[2]) ||
    (d.getMonth() + 1 === Number(m[2]) && d.getDate() < Number(m[3]));
  return d.getFullYear() - Number(m[1]) - (before ? 1 : 0);
}
