// phone.js — Job: a hospital's number, large, to be called by a touch.
import { h, icon, say } from "../../client/web/dom.js";

export const dialled = (phone) => (phone ?? "").replace(/[^0-9+]/g, "");

// Null: no number is known of it.
export function phoneLink(store, hospital) {
  const known = store.hospitals.find((one) => one.org === hospital);
  if (!known || !dialled(known.phone)) return null;
  return h("a", { class: "b first tel", href: `tel:${dialled(known.phone)}`,
    "data-key": `tel-${hospital}`, "aria-label": say("phone_of", known.name, known.phone) },
  icon("phone"), h("b", { class: "digits" }, known.phone));
}
