// LZMA, of which browsers have no decompressor: it makes the library smaller by a third than gzip does. A file
// begins with a byte of three parameters, the size of the dictionary, and the length of what it holds.

// unlzma decompresses a file.
export function unlzma(file) {
  const lc = file[0] % 9, lp = Math.floor(file[0] / 9) % 5, pb = Math.floor(file[0] / 45);
  const length = new DataView(file.buffer, file.byteOffset).getUint32(5, true), out = new Uint8Array(length);
  const chances = count => new Uint16Array(count).fill(1024);
  const lengths = () => ({choice: chances(2), low: chances(128), middle: chances(128), high: chances(256)});
  const isMatch = chances(192), isRepeat = chances(12), isOther = chances(12), isSecond = chances(12), isThird = chances(12);
  const isLong = chances(192), slots = chances(256), special = chances(128), aligned = chances(16);
  const literals = chances(768 << lc + lp), ofMatch = lengths(), ofRepeat = lengths();

  // The range coder: its range and its code, in a typed array, since these are 32 bits without a sign.
  const coder = new Uint32Array([0xffffffff, 0]);
  let next = 13;
  const refill = () => {
    if (coder[0] >= 1 << 24) return;
    coder[0] <<= 8;
    coder[1] = coder[1] << 8 | file[next++];
  };
  for (let i = 0; i < 5; i++) coder[1] = coder[1] << 8 | file[next++];

  function bit(of, i) {
    const bound = (coder[0] >>> 11) * of[i], one = coder[1] >= bound ? 1 : 0;
    if (one) {
      coder[0] -= bound;
      coder[1] -= bound;
      of[i] -= of[i] >> 5;
    } else {
      coder[0] = bound;
      of[i] += 2048 - of[i] >> 5;
    }
    refill();
    return one;
  }
  function bits(count) { // each as likely as the other
    let v = 0;
    for (; count > 0; count--) {
      coder[0] >>>= 1;
      const one = coder[1] >= coder[0] ? 1 : 0;
      if (one) coder[1] -= coder[0];
      v = v << 1 | one;
      refill();
    }
    return v;
  }
  function tree(of, from, count) {
    let m = 1;
    for (let i = 0; i < count; i++) m = m << 1 | bit(of, from + m);
    return m - (1 << count);
  }
  function lowFirst(of, from, count) {
    let m = 1, v = 0;
    for (let i = 0; i < count; i++) {
      const one = bit(of, from + m);
      m = m << 1 | one;
      v |= one << i;
    }
    return v;
  }
  const lengthOf = ({choice, low, middle, high}, place) => !bit(choice, 0) ? 2 + tree(low, 8 * place, 3)
    : !bit(choice, 1) ? 10 + tree(middle, 8 * place, 3) : 18 + tree(high, 0, 8);
  function distance(size) {
    const slot = tree(slots, 64 * Math.min(size - 2, 3), 6), count = (slot >> 1) - 1;
    if (slot < 4) return slot;
    const base = (2 | slot & 1) << count;
    return base + (slot < 14 ? lowFirst(special, base - slot, count) : bits(count - 4) * 16 + lowFirst(aligned, 0, 4));
  }

  let n = 0, state = 0, last = [0, 0, 0, 0]; // the last distances, less 1
  function literal() {
    const from = 768 * (((n & (1 << lp) - 1) << lc) + ((out[n - 1] ?? 0) >> 8 - lc));
    let m = 1;
    if (state >= 7) {
      for (let like = out[n - last[0] - 1]; m < 256; like <<= 1) {
        const expected = like >> 7 & 1, one = bit(literals, from + (1 + expected << 8) + m);
        m = m << 1 | one;
        if (one !== expected) break;
      }
    }
    while (m < 256) m = m << 1 | bit(literals, from + m);
    out[n++] = m;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  }
  while (n < length) {
    const place = n & (1 << pb) - 1, early = state < 7;
    if (!bit(isMatch, 16 * state + place)) { literal(); continue; }
    let size = 1;
    if (!bit(isRepeat, state)) {
      size = lengthOf(ofMatch, place);
      last = [distance(size), last[0], last[1], last[2]];
      state = early ? 7 : 10;
    } else {
      const which = !bit(isOther, state) ? 0 : !bit(isSecond, state) ? 1 : !bit(isThird, state) ? 2 : 3;
      if (which === 0 && !bit(isLong, 16 * state + place)) state = early ? 9 : 11;
      else {
        last = [last[which], ...last.filter((_, i) => i !== which)];
        size = lengthOf(ofRepeat, place);
        state = early ? 8 : 11;
      }
    }
    for (const end = Math.min(length, n + size); n < end; n++) out[n] = out[n - last[0] - 1];
  }
  return out;
}
