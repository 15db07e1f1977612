// practice.js — Job: practice beside live work: which case it is, and the band that says so.
import { say } from "./dom.js";
import { morph } from "./morph.js";

// Of every page's table: what the band says.
export const practiceWords = {
  practice: ["訓練・シミュレータ", "Practice, simulator"],
  practice_text: ["架空の傷病者です。実際の救急活動には使えません",
                  "Invented patients. Not for real emergencies"],
  drill: ["訓練", "Practice"],
  drill_text: ["この事案は訓練です。架空の傷病者で、実際の救急活動ではありません",
               "This case is practice: an invented patient, no real emergency"],
  trial: ["試行運用", "Trial operation"],
  trial_text: ["本番ではありません。傷病者は実在することがあります",
               "Not production. Patients may be real"],
  no_profile: ["区分を未確認", "Not confirmed"],
  no_profile_text: ["ゲートウェイにまだつながっていません。すべて実際の事案として扱ってください",
                    "No gateway reached yet. Take every case for a real one"],
};

// Where everything is practice (profile "training") no case stands beside live ones.
export const isDrill = (store, one) => one?.shown?.training === true &&
  store.hello?.profile !== "training";

// Live first, whatever else the order is.
export const liveFirst = (store) => (a, b) => isDrill(store, a) - isDrill(store, b);

// "drill": a practice case on a live gateway. null: nothing has to be said.
export function bandOf(profile, drill) {
  if (drill) return "drill";
  if (profile === "production") return null;
  return profile === "training" ? "practice" : profile === "trial" ? "trial" : "no_profile";
}

// The band on top and, for a practice case, the frame round the whole screen. ACT: nodes in it.
export function drawBand(kind, ...act) {
  const band = document.querySelector(".practice");
  band.hidden = !kind;
  document.body.classList.toggle("drill", kind === "drill");
  if (!kind) return;
  band.classList.toggle("other", kind === "trial" || kind === "no_profile");
  for (const [place, key] of [[band.querySelector("b"), kind],
                              [band.querySelector("span"), `${kind}_text`]]) {
    if (place.dataset.w === key && place.textContent === say(key)) continue;
    place.dataset.w = key;
    place.textContent = say(key);
  }
  band.setAttribute("aria-label", say(kind));
  morph(band.querySelector("[data-part=band_act]"), ...act);
}
