// sound.js — Job: the ring of a new request: switched on by a touch, heard once a day.
let audio = null, testedOn = null, testedAt = null, timer = 0;

function beep(times, loud) {
  if (!audio) return;
  for (let i = 0; i < times; i++) {
    const tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.value = i % 2 ? 660 : 880;
    volume.gain.value = loud;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + i * 0.35);
    tone.stop(audio.currentTime + i * 0.35 + 0.25);
  }
}

export async function testSound() {
  audio ??= new AudioContext();
  await audio.resume();
  beep(3, 0.2);
}
export function soundHeard(when) {
  testedOn = when.toDateString();
  testedAt = when;
}
export const soundState = (today) => ({ on: audio !== null,
  tested: testedOn === today.toDateString(), at: testedAt });

// Rings until told otherwise; louder after a minute.
export function ring(sinceMs) {
  if (sinceMs === null) {
    clearInterval(timer);
    timer = 0;
  } else if (!timer && audio) {
    beep(2, 0.3);
    timer = setInterval(() => beep(2, Date.now() - sinceMs > 60000 ? 1 : 0.3), 2000);
  }
}
