// coverage_rows.js — Job: the numbers of a month: rates, what is hidden, months that are typed in.
// Pure. The gateway hides small counts; here nothing is computed that would bring one back.
import { named } from "./lists.js";

const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/;
// The month of ISO, moved by so many.
export function monthOf(iso, move = 0) {
  const [, year, month] = MONTH.exec(iso.slice(0, 7));
  const n = Number(year) * 12 + Number(month) - 1 + move;
  return `${Math.floor(n / 12)}-${String(n % 12 + 1).padStart(2, "0")}`;
}

// {count} or {hidden: code} or {} when it was never told.
export const numberOf = (row, what) => (row?.numbers ?? []).find((one) => one.what === what) ?? {};
export const delayOf = (row, what) => (row?.delays ?? []).find((one) => one.what === what) ?? {};
export const shown = (one) => (one.count === undefined
  ? named("coverage_hidden", one.hidden) || "—" : one.count.toLocaleString());

// A rate only where both numbers are told; in percent with one digit. null: not told.
export function rate(part, whole) {
  if (part.count === undefined || !whole.count) return null;
  return Math.round(part.count * 1000 / whole.count) / 10;
}
export const minutes = (seconds) => (seconds === undefined ? null
  : Math.round(seconds / 6) / 10);

// Reasons, most frequent first, hidden ones last; `whole`: attempts without a view, where both
// numbers stand on the page anyhow.
export function reasonsOf(row) {
  const list = [...row?.reasons ?? []].sort((a, b) => (b.count ?? -1) - (a.count ?? -1));
  const [tried, viewed] = ["attempts", "viewed"].map((what) => numberOf(row, what).count);
  const whole = tried === undefined || viewed === undefined ? undefined : tried - viewed;
  return { list, whole };
}

// Lines "2026-10,1486": gives {rows: [{month, count}]} or {bad: number of the line}.
export function readMonths(text) {
  const rows = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line === "" || (i === 0 && !/^\d/.test(line))) continue;
    const [month, count, ...rest] = line.split(/[,\t;]/).map((part) => part.trim());
    if (rest.length > 0 || !MONTH.test(month) || !/^\d{1,7}$/.test(count ?? ""))
      return { bad: i + 1 };
    rows.push({ month, count: Number(count) });
  }
  return { rows };
}

// Where the points of a line lie: [[x, percent] …] without the months that are not told.
export function linePoints(rows, part, whole, width) {
  const step = rows.length > 1 ? width / (rows.length - 1) : 0;
  return rows.map((row, i) => [i * step, rate(numberOf(row, part), numberOf(row, whole))])
    .filter(([, percent]) => percent !== null);
}

export const monthColumns = [["month", (r) => r.month], ["org_name", (r) => r.org_name],
  ...["dispatches", "attempts", "with_card", "viewed", "granted", "delivered", "opened",
      "opened_before"].map((what) => [what, (r) => numberOf(r, what).count ??
                                                   numberOf(r, what).hidden]),
  ...["gained", "read_delivered", "read_opened"].flatMap((what) => [
    [`${what}_median_s`, (r) => delayOf(r, what).median_s ?? delayOf(r, what).hidden],
    [`${what}_p90_s`, (r) => delayOf(r, what).p90_s ?? delayOf(r, what).hidden]])];
