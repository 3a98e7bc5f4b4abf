import type { Checked } from '../check/checked.ts';
import { nearestName } from '../problems/nearestName.ts';
import { Problem } from '../problems/problem.ts';
import type { Assumed } from './retype.ts';

const numbers = ['sampleRateHz', 'channels', 'width', 'height'] as const;
const colours = ['rgb', 'rgba', 'grey', 'bgr', 'hsv', 'ycbcr', 'lab'] as const;

/** `input.field=value` pairs, by `node.port`. The input is a public name, or a node's port. Throws `usage`. */
export function parseAssumptions(pairs: readonly string[], checked: Checked): Readonly<Record<string, Assumed>> {
  const all: Record<string, Assumed> = {};
  for (const pair of pairs) {
    const [, name, field, value] = /^(.+)\.([A-Za-z]+)=(.+)$/.exec(pair) ?? [];
    if (name === undefined) throw wrong(pair, 'it is not name.field=value');
    const end = endNamed(name, checked, pair);
    all[end] = { ...all[end], ...assumed(field, value, pair) };
  }
  return all;
}

function assumed(field: string, value: string, pair: string): Assumed {
  if (field === 'colour') {
    const colour = colours.find((one) => one === value);
    if (colour === undefined) throw wrong(pair, `"${value}" is no colour; they are ${colours.join(', ')}`);
    return { colour };
  }
  const name = numbers.find((one) => one === field);
  if (name === undefined) throw wrong(pair, `"${field}" is not one of ${[...numbers, 'colour'].join(', ')}`);
  const number = Number(value);
  if (!(Number.isInteger(number) && number > 0)) throw wrong(pair, `"${value}" is no whole number above 0`);
  return { [name]: number };
}

function endNamed(name: string, checked: Checked, pair: string): string {
  const node = checked.nodes.get(checked.publicInputs.get(name) ?? '');
  const ports = node === undefined ? [] : Object.keys(node.outputs);
  if (node !== undefined && ports.length === 1) return `${node.id}.${ports[0]}`;
  if (checked.types.has(name)) return name;
  const names = [...checked.publicInputs.keys()];
  const near = nearestName(name, names);
  throw wrong(
    pair,
    `there is no input "${name}"${near === null ? `; they are ${names.join(', ')}` : `, did you mean "${near}"?`}`,
  );
}

function wrong(pair: string, why: string): Problem {
  return new Problem('usage', {
    message: `${JSON.stringify(pair)} cannot be taken for granted: ${why}.`,
    fix: 'For example: sound.sampleRateHz=44100.',
  });
}
