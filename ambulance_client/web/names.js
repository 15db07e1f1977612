// names.js — Job: the names of a case's screens.
export const caseNames = ["card", "ground", "grant", "identity", "view", "noview", "hospitals",
                          "transport", "vitals", "record", "talk", "eta", "other", "mixup",
                          "withdraw", "takeover", "end", "unsent"];
