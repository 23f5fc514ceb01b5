// 64-bit numbers as two of 32 bits: BigInt would take twenty times as long, and a query may hash every id there is.
type Wide = readonly [high: number, low: number];

const PRIME_1: Wide = [0x9e3779b1, 0x85ebca87];
const PRIME_2: Wide = [0xc2b2ae3d, 0x27d4eb4f];
const PRIME_3: Wide = [0x165667b1, 0x9e3779f9];
const PRIME_4: Wide = [0x85ebca77, 0xc2b2ae63];
const PRIME_5: Wide = [0x27d4eb2f, 0x165667c5];
const ZERO: Wide = [0, 0];
const STRIPE = 32;
// Partitioned queries hash the same ids again and again.
const MAX_REMEMBERED = 200_000;
const remembered = new Map<string, bigint>();

/** Kusto's `hash()`: xxHash64 of the text's UTF-8 bytes, as a signed 64-bit integer. */
export function xxHash64(text: string): bigint {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const hash = hashOf(text);
  remembered.set(text, hash);
  return hash;
}

function hashOf(text: string): bigint {
  const bytes = Buffer.from(text);
  let [hash, at] = stripes(bytes);
  hash = add(hash, [0, bytes.length]);
  for (; at + 8 <= bytes.length; at += 8) {
    hash = xor(hash, round(ZERO, wideAt(bytes, at)));
    hash = add(multiply(rotate(hash, 27), PRIME_1), PRIME_4);
  }
  if (at + 4 <= bytes.length) {
    hash = xor(hash, multiply([0, bytes.readUInt32LE(at)], PRIME_1));
    hash = add(multiply(rotate(hash, 23), PRIME_2), PRIME_3);
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    hash = xor(hash, multiply([0, bytes[at] ?? 0], PRIME_5));
    hash = multiply(rotate(hash, 11), PRIME_1);
  }
  const [high, low] = avalanche(hash);
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

function stripes(bytes: Buffer): [hash: Wide, at: number] {
  if (bytes.length < STRIPE) return [PRIME_5, 0];
  let [one, two, three, four] = [add(PRIME_1, PRIME_2), PRIME_2, ZERO, subtract(ZERO, PRIME_1)];
  let at = 0;
  for (; at + STRIPE <= bytes.length; at += STRIPE) {
    one = round(one, wideAt(bytes, at));
    two = round(two, wideAt(bytes, at + 8));
    three = round(three, wideAt(bytes, at + 16));
    four = round(four, wideAt(bytes, at + 24));
  }
  const sum = add(add(rotate(one, 1), rotate(two, 7)), add(rotate(three, 12), rotate(four, 18)));
  return [[one, two, three, four].reduce(merge, sum), at];
}

function merge(hash: Wide, lane: Wide): Wide {
  return add(multiply(xor(hash, round(ZERO, lane)), PRIME_1), PRIME_4);
}

function round(lane: Wide, input: Wide): Wide {
  return multiply(rotate(add(lane, multiply(input, PRIME_2)), 31), PRIME_1);
}

function avalanche(hash: Wide): Wide {
  const first = multiply(xor(hash, shiftRight(hash, 33)), PRIME_2);
  const second = multiply(xor(first, shiftRight(first, 29)), PRIME_3);
  return xor(second, shiftRight(second, 32));
}

function wideAt(bytes: Buffer, at: number): Wide {
  return [bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at)];
}

function add([aHigh, aLow]: Wide, [bHigh, bLow]: Wide): Wide {
  const low = aLow + bLow;
  return [(aHigh + bHigh + (low > 0xffffffff ? 1 : 0)) >>> 0, low >>> 0];
}

function subtract([aHigh, aLow]: Wide, [bHigh, bLow]: Wide): Wide {
  return [(aHigh - bHigh - (aLow < bLow ? 1 : 0)) >>> 0, (aLow - bLow) >>> 0];
}

function multiply([aHigh, aLow]: Wide, [bHigh, bLow]: Wide): Wide {
  // The low halves' product in pieces of 16 bits, so that no piece exceeds what a double holds exactly.
  const [a1, a0, b1, b0] = [aLow >>> 16, aLow & 0xffff, bLow >>> 16, bLow & 0xffff];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  const carry = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
  const high = (carry + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0;
  return [high, (((cross & 0xffff) << 16) | (low & 0xffff)) >>> 0];
}

function rotate([high, low]: Wide, by: number): Wide {
  return [((high << by) | (low >>> (32 - by))) >>> 0, ((low << by) | (high >>> (32 - by))) >>> 0];
}

function shiftRight([high, low]: Wide, by: number): Wide {
  if (by >= 32) return [0, high >>> (by - 32)];
  return [high >>> by, ((low >>> by) | (high << (32 - by))) >>> 0];
}

function xor([aHigh, aLow]: Wide, [bHigh, bLow]: Wide): Wide {
  return [(aHigh ^ bHigh) >>> 0, (aLow ^ bLow) >>> 0];
}
