// How long to wait before the next try: twice as long each time, from 5 seconds to 15 minutes, never all phones at once.

const FIRST_MS = 5000;
const LONGEST_MS = 15 * 60 * 1000;

export function wait_ms(tries, at_least_ms = 0) {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 12));
  return Math.min(LONGEST_MS, Math.max(at_least_ms, plain * (1 + Math.random() / 2)));
}

export function later(tries, at_least_ms = 0) {
  return Date.now() + wait_ms(tries, at_least_ms);
}
