// settle.js — Job: which case is on the screen when the cases change under it: pure.

// WHERE: {case, screen, name, left, gone} of the page. THERE: the cases that there are now.
// A case that is gone was taken over or ended elsewhere: said until it is read. A snapshot that was
// made before our own opening of the case was noticed does not know it either: then it comes back.
export function settle(where, there) {
  if (where.case && !there.has(where.case)) {
    where.left = where.name;
    where.gone = { case: where.case, screen: where.screen };
    where.case = null;
  } else if (where.gone && there.has(where.gone.case)) {
    Object.assign(where, where.gone, { left: null, gone: null });
  }
}
