// csv.js — Job: rows as text for a spreadsheet or a program; nothing in a cell can be a formula.

// A spreadsheet takes these as the beginning of a formula, or as a way out of the cell.
const FORMULA = /^[\s]*[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
function cell(value) {
  const text = value === undefined || value === null ? "" : String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// COLUMNS: [[heading, row => value]]. With a byte order mark: the usual spreadsheet asks for it.
export function csv(columns, rows) {
  const lines = [columns.map(([heading]) => cell(heading)),
                 ...rows.map((row) => columns.map(([, of]) => cell(of(row))))];
  return `\uFEFF${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

export function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
