// touch.js — Job: a finger's touch counts once, and for the control on which it was put.
//
// A drawing may move a control, or put another in its place, between a finger's coming down and
// its going up; and a glove touches twice. Neither may reach what nobody meant, nor say anything
// twice. What is there to be touched quickly again bears data-again.

const CONTROL = "button, a[href], summary, select, input, textarea";
const QUICK = "[data-again], select, textarea, input:not([type=radio]):not([type=checkbox])";
const NEAR_PX = 40;    // a finger that moved less stayed where it was
const AGAIN_MS = 300;  // what comes sooner at the same place was aimed at what stood there before

const controlOf = (event) => event.target.closest?.("label") ?? event.target.closest?.(CONTROL) ??
  null;
const boxOf = (control) => control && control.getBoundingClientRect();
// A drawing keeps nodes: the same one with other words is another control.
const nameOf = (control) => control && [control.dataset.key, control.dataset.act,
  control.textContent].join();
const near = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < NEAR_PX;
const moved = (touch) => {
  const { left, top } = boxOf(touch.control);
  return left !== touch.box.left || top !== touch.box.top;
};

const touchAt = (event) => {
  const control = controlOf(event);
  return { control, name: nameOf(control), box: boxOf(control), x: event.clientX,
           y: event.clientY, at: event.timeStamp };
};

// The control that a finger meant when it was put down at DOWN and went up at UP; null: none.
function meant(down, up) {
  if (down.control === up.control) return up.control;
  const stays = down.control?.isConnected && near(down, up) && moved(down);
  return stays ? down.control : null;
}

// Too soon after LAST, at its place.
const again = (last, up) => last !== null && up.at - last.at < AGAIN_MS && near(last, up) &&
  !(last.control === up.control && last.name === up.name && up.control?.matches(QUICK));

// From now on for the whole page. Keys, scripts and what a label passes on are no fingers.
export function keepTouches() {
  let down = null, last = null;
  addEventListener("pointerdown", (event) => {
    if (event.isPrimary) down = touchAt(event); // a second finger clicks nothing
  }, true);
  addEventListener("click", (event) => {
    if (!event.isTrusted || event.detail === 0 || !down) return;
    const up = touchAt(event), control = meant(down, up);
    down = null;
    if (again(last, up)) last.at = up.at;
    else if (control === up.control) {
      if (control) last = up;
      return;
    } else if (control && !control.disabled) {
      last = { ...up, control, name: nameOf(control) };
      control.click();
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}
