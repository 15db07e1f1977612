// page_alerts.js — Job: what the system raised; who has seen to it.
import { h, put, say } from "../../client/web/dom.js";

export async function countAlerts(con) { con.alerts = null; }
export function alertsPage(con, root) { put(root, "list", h("li", {}, say("nothing"))); }
