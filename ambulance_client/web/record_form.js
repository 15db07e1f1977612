// record_form.js — Job: the crew's record between the form and the message: pure.

export const TEXTS = ["complaint", "history", "mechanism", "companion", "last_meal", "adl",
                      "suspected", "notes", "phone", "address"];
export const TOLD = ["allergies", "medicines", "conditions", "dialysis", "anticoagulant",
                     "infection", "pregnancy", "dnar", "psychiatric"];
const SOURCED = { name: "name_source", birth_date: "birth_source", sex: "sex_source",
                  address: "address_source" };

// A copy to write in; the record itself stays as it was said.
export const draftOf = (record) => structuredClone(record);

// Told states are four; a state without a word is none of them.
export function setTold(draft, key, state, at) {
  draft[key] = { ...(draft[key] ?? {}), state, at };
  if (state !== "present") delete draft[key].text;
  if (state === "not_asked") delete draft[key].said_by;
}

const isDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

// 19480305, 1948/3/5 -> 1948-03-05; what is no day stays as it is typed and is refused below.
export function dateText(text) {
  const plain = (text ?? "").normalize("NFKC").trim();
  const m = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(plain);
  return m ? `${m[1]}-${m[2].padStart(2, "0")}-${m[3].padStart(2, "0")}` : plain;
}

// The body of crew_record: whole, absent where nothing was said. Gives {body, wrong: [names]}.
export function recordBody(draft) {
  const body = {}, wrong = [];
  for (const [key, value] of Object.entries(draft)) {
    const text = typeof value === "string" ? value.trim() : value;
    if (text === "" || text === undefined || text === null) continue;
    body[key] = text;
  }
  if (body.birth_date !== undefined) {
    body.birth_date = dateText(body.birth_date);
    if (!isDate(body.birth_date)) wrong.push("birth_date");
  }
  if (body.age !== undefined) {
    body.age = Number(String(body.age).normalize("NFKC"));
    if (!Number.isInteger(body.age) || body.age < 0 || body.age > 130) wrong.push("age");
  }
  for (const [key, source] of Object.entries(SOURCED)) {
    if (body[key] === undefined) delete body[source];
    else body[source] ??= "told";
  }
  for (const key of TOLD) if (body[key] && !body[key].state) delete body[key];
  if (Array.isArray(body.treatments) && body.treatments.length === 0) delete body.treatments;
  return { body, wrong };
}
