// log.mjs — Job: the log after a fault: verified, rebuilt, exported, held against receipts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkFolder } from "../../wire/log_check.mjs";

// The gateway must be down; a command that finds something ends with another status. Gives the
// log's events, entry 1 first.
export async function checkedLog(gateway) {
  const verified = JSON.parse(await gateway.command("audit", "verify"));
  assert.equal(verified.checked, verified.size);
  assert.equal(verified.checkpoint_size, verified.size);
  const rebuilt = JSON.parse(await gateway.command("audit", "rebuild"));
  assert.equal(rebuilt.differences, 0);
  assert.equal(rebuilt.events, verified.size);
  const out = join(gateway.dir, "export");
  await gateway.command("audit", "export", "--out", out);
  const events = readFileSync(join(out, "events.jsonl"), "utf8").trim().split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(events.length, verified.size);
  const foreign = checkFolder(out, { vkey: gateway.logKey });
  assert.deepEqual(foreign.lines, [], "the folder checked by code that is not the gateway's");
  events.forEach((event, at) => assert.equal(event.seq, at + 1));
  return events;
}

// Which entries a device's message has made: its events side by side, first to last.
export function runsOf(events) {
  const runs = new Map();
  for (const { device, message, seq } of events) {
    if (!message) continue;
    const key = `${device}/${message}`;
    const rows = runs.get(key) ?? runs.set(key, []).get(key);
    const last = rows.at(-1);
    if (last && last.to === seq - 1) last.to = seq;
    else rows.push({ from: seq, to: seq });
  }
  return runs;
}

// Every receipt's message is in the log, once, where the receipt says.
export function checkReceipts(runs, device, acked) {
  for (const [id, { type, entry }] of acked) {
    const rows = runs.get(`${device.id}/${id}`) ?? [];
    assert.equal(rows.length, 1, `${device.name}: ${type} ${id} stands ${rows.length} times`);
    assert.equal(rows[0].from, entry, `${device.name}: ${type} ${id} is not at its entry`);
  }
}
