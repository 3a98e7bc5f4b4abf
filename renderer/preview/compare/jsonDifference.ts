import type { Json } from '../../../core/kinds/value.ts';
import { entriesOf } from '../jsonLines.ts';

export interface JsonDifference {
  /** `$.boxes[3].label` */
  readonly path: string;
  /** null: it is not there. */
  readonly left: string | null;
  readonly right: string | null;
}

/** Places in which two values differ, in order, at most so many; what is alike is left out. */
export function jsonDifferences(left: Json, right: Json, most: number): readonly JsonDifference[] {
  const out: JsonDifference[] = [];
  walk(left, right, '$', out, most);
  return out;
}

function walk(
  left: Json | undefined,
  right: Json | undefined,
  path: string,
  out: JsonDifference[],
  most: number,
): void {
  if (out.length >= most) return;
  const a = left === undefined ? null : entriesOf(left);
  const b = right === undefined ? null : entriesOf(right);
  if (a === null || b === null || Array.isArray(left) !== Array.isArray(right)) {
    const [l, r] = [textOf(left), textOf(right)];
    if (l !== r) out.push({ path, left: l, right: r });
    return;
  }
  const inLeft = new Map(a);
  const inRight = new Map(b);
  for (const name of new Set([...inLeft.keys(), ...inRight.keys()])) {
    const inner = Array.isArray(left) ? `${path}[${name}]` : `${path}.${name}`;
    walk(inLeft.get(name), inRight.get(name), inner, out, most);
  }
}

function textOf(json: Json | undefined): string | null {
  if (json === undefined) return null;
  const text = JSON.stringify(json);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
