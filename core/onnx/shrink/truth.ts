import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import type { TrueBox } from './meanPrecision.ts';

/** What is true of samples, by name: a label, or the objects in a picture. */
export type Truth = Readonly<Record<string, string | readonly TrueBox[]>>;

const number = z.number();
const entry = z.union([
  z.string(),
  z.array(z.object({ label: z.string(), box: z.tuple([number, number, number, number]) })),
]);
const schema = z.union([z.object({ pictures: z.record(z.string(), entry) }), z.record(z.string(), entry)]);

/** `{ "a.jpg": "cat", "b.jpg": [{ "label": "dog", "box": [x1, y1, x2, y2] }] }`, itself or under "pictures". Throws `usage`. */
export function parseTruth(text: string, name: string): Truth {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) {
    const { pictures } = parsed.data;
    // A sample may be called "pictures", too.
    return typeof pictures === 'object' && !Array.isArray(pictures) ? pictures : (parsed.data as Truth);
  }
  throw new Problem('usage', {
    message: `"${name}" does not say what is true of samples.`,
    fix: 'Write JSON such as { "a.jpg": "cat" } or { "a.jpg": [{ "label": "cat", "box": [x1, y1, x2, y2] }] }, in pixels.',
    where: { file: name },
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What is true of a sample, by its whole name or by its file's name alone. */
export function truthOf(truth: Truth, sample: string): Truth[string] | undefined {
  const own = (name: string) => (Object.hasOwn(truth, name) ? truth[name] : undefined);
  return own(sample) ?? own(sample.split(/[\\/]/).at(-1) ?? '');
}
