/**
 * Order of names as people count: `frame2` before `frame10`. Runs of digits compare by value, the rest by code
 * point (the same on every machine, whatever its language); equal values compare by their text.
 */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareParts(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length || textOrder(a, b);
}

function compareParts(a: string, b: string): number {
  if (!isDigits(a) || !isDigits(b)) return textOrder(a, b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || textOrder(left, right);
}

function isDigits(text: string): boolean {
  return text.charCodeAt(0) >= 48 && text.charCodeAt(0) <= 57;
}

function textOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
