// export.mjs — Job: read the entries of an exported log folder (C2SP tlog-tiles).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

function* filesUnder(folder) {
  for (const row of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, row.name);
    if (row.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

// Every entry of the log, as bytes and as JSON, in order.
export function readEntries(folder) {
  const bundles = [...filesUnder(join(folder, "tile", "entries"))].sort();
  return bundles.flatMap((path) => {
    const bytes = readFileSync(path);
    const entries = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 2 + bytes.readUInt16BE(at);
      const entry = bytes.subarray(at + 2, end);
      entries.push({ bytes: entry, ...JSON.parse(entry.toString("utf8")) });
      at = end;
    }
    return entries;
  });
}
