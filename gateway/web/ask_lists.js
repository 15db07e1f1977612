// ask_lists.js — Job: ask for people, devices, connections by pages; keep their names.
export const listOf = async (con, what, after, more = {}) => (await con.link.ask(`${what}_query`,
  { limit: 100, ...(after ? { after } : {}), ...more }, `${what}_page`)).body;

// WHAT: "people", or anything that has devices.
export function learnList(con, what, rows) {
  for (const row of rows) {
    if (what === "people") con.names.own.set(row.person, row.name ?? "");
    if (row.name && what === "people") con.names.people.set(row.person, row.name);
    if (row.name && what !== "people") con.names.devices.set(row.device, row.name);
  }
}
