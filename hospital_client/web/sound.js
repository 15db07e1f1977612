// sound.js — Job: the ring of a new request: switched on by a touch, heard once a day.
let audio = null, heardOn = null, heardAt = null, timer = 0, playing = "silent";
const PERIOD_MS = { drill: 5000, soft: 2000, loud: 1200 };

// Practice: one low, soft tone, unlike the two high ones of a live request.
function hum() {
  if (!audio) return;
  const tone = audio.createOscillator(), gain = audio.createGain();
  tone.type = "sine";
  tone.frequency.value = 330;
  gain.gain.value = 0.15;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.6);
}

function beep(times, volume) {
  if (!audio) return;
  for (let i = 0; i < times; i++) {
    const tone = audio.createOscillator(), gain = audio.createGain();
    tone.type = volume === 1 ? "square" : "sine";
    tone.frequency.value = i % 2 ? 660 : 880;
    gain.gain.value = volume;
    tone.connect(gain).connect(audio.destination);
    tone.start(audio.currentTime + i * 0.35);
    tone.stop(audio.currentTime + i * 0.35 + 0.25);
  }
}

export async function soundOn() {
  audio ??= new AudioContext();
  await audio.resume();
  beep(3, 0.3);
}
export function soundHeard(when) {
  heardOn = when.toDateString();
  heardAt = when.toISOString();
}
// on: the browser lets us; tested: a person heard it today.
export const soundState = (today) => ({ on: audio?.state === "running",
                                        tested: heardOn === today.toDateString(), at: heardAt });

// LEVEL: "silent", "drill", "soft" or "loud"; rings until told otherwise.
export function ring(level) {
  if (level === playing && (timer || level === "silent")) return;
  clearInterval(timer);
  timer = 0;
  playing = level;
  if (level === "silent" || !audio) return;
  const volume = level === "loud" ? 1 : 0.3;
  const once = level === "drill" ? hum : () => beep(level === "loud" ? 3 : 2, volume);
  once();
  timer = setInterval(once, PERIOD_MS[level]);
}
