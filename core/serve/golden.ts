import { z } from 'zod';
import type { Checked } from '../check/checked.ts';
import type { Json } from '../kinds/value.ts';
import type { PublishedOutput } from '../run/result.ts';
import { allowedAt, type Comparison, comparePrint, compareValue } from './compareValues.ts';
import type { ValueTools } from './jsonValues.ts';
import type { GoldenTerms, Precision } from './manifest.ts';
import { type PortPrint, portPrintSchema } from './portPrint.ts';
import { recordedValue, recordValue } from './recordedValue.ts';

type Base64 = Pick<ValueTools, 'fromBase64' | 'toBase64'>;

const recordedItem = z.strictObject({ t: z.number(), durationSeconds: z.number().optional(), value: z.json() });
const recordedOutput = z.union([
  z.strictObject({ status: z.literal('present'), sequence: z.enum(['one', 'many']), items: z.array(recordedItem) }),
  z.strictObject({ status: z.literal('missing'), code: z.string() }),
]);

/** One sample's file in `golden/`: its public outputs whole, and a fingerprint of what passed every port. */
export const recordedSampleSchema = z.strictObject({
  sample: z.string(),
  outputs: z.record(z.string(), recordedOutput),
  /** By `node.port`. */
  ports: z.record(z.string(), portPrintSchema),
});
export type RecordedSample = Readonly<z.infer<typeof recordedSampleSchema>>;

const difference = z.object({
  node: z.string(),
  port: z.string(),
  /** Set where it is a public output. */
  output: z.string().optional(),
  sample: z.string(),
  maxDifference: z.number().nullable(),
  limit: z.number().nullable(),
  words: z.string(),
});
const sampleVerdict = z.object({
  sample: z.string(),
  /** Of public outputs, by name. */
  outputs: z.array(difference).readonly(),
  /** Of ports, in the order in which the plan runs them; empty where they were not looked at. */
  ports: z.array(difference).readonly(),
  /** Largest difference that was found at a public output, allowed or not; 0 where there are no numbers. */
  maxDifference: z.number(),
  /** What that one may be. */
  limit: z.number(),
});
/** What a server says of its own golden samples. */
export const sampleVerdictsSchema = z.object({ samples: z.array(sampleVerdict).readonly() });

/** A place where something else came than was recorded. */
export type Difference = Readonly<z.infer<typeof difference>>;
/** How one sample fared. */
export type SampleVerdict = Readonly<z.infer<typeof sampleVerdict>>;

/** A record as text: a line for each item and port, so that a change can be read. */
export function recordedText({ sample, outputs, ports }: RecordedSample): string {
  const table = (entries: Readonly<Record<string, unknown>>): string => {
    const lines = Object.entries(entries).map(([name, entry]) => `  ${JSON.stringify(name)}: ${JSON.stringify(entry)}`);
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n }`;
  };
  return `{\n "sample": ${JSON.stringify(sample)},\n "outputs": ${table(outputs)},\n "ports": ${table(ports)}\n}\n`;
}

export function recordOutput(output: PublishedOutput, base64: Base64): RecordedSample['outputs'][string] {
  if (output.status === 'missing') return { status: 'missing', code: output.problem.code };
  const items = output.items.map(({ t, durationSeconds, value }) => ({
    t,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    value: mutable(recordValue(value, base64)),
  }));
  return { status: 'present', sequence: output.sequence, items };
}

/** Public outputs that are not what was recorded, by what feeds them; and how close the others came. */
export function compareOutputs(
  recorded: RecordedSample,
  found: Readonly<Record<string, PublishedOutput>>,
  checked: Pick<Checked, 'publicOutputs' | 'nodes'>,
  terms: GoldenTerms,
  sameDevice: boolean,
  base64: Base64,
): Pick<SampleVerdict, 'outputs' | 'maxDifference' | 'limit'> {
  const differences: Difference[] = [];
  // The one that comes nearest to what is allowed, or goes furthest past it.
  let [maxDifference, limit, share] = [0, 0, 0];
  for (const [output, before] of Object.entries(recorded.outputs)) {
    const { node, port } = feedOf(checked, output);
    const { sample } = recorded;
    const tell = (words: string, by: Pick<Comparison, 'maxDifference' | 'limit'> = nothing): void => {
      const { maxDifference, limit } = by;
      differences.push({ node, port, output, sample, maxDifference, limit, words });
    };
    const now = Object.hasOwn(found, output) ? found[output] : undefined;
    if (now === undefined) tell('it was recorded, and did not come');
    else if (before.status === 'missing' || now.status === 'missing') {
      if (before.status !== now.status)
        tell(
          now.status === 'missing'
            ? `it was recorded, and is missing now: ${now.problem.message}`
            : 'it was missing where it was recorded, and came now',
        );
    } else if (before.items.length !== now.items.length)
      tell(`${before.items.length} items were recorded, and ${now.items.length} came`);
    else {
      let worst: Comparison | null = null;
      for (const [i, item] of before.items.entries()) {
        const comparison = compareValue(
          recordedValue(item.value, base64),
          now.items[i].value,
          allowedAt(terms, node, sameDevice),
        );
        const { within, maxDifference: by } = comparison;
        if (by !== null && comparison.limit !== null) {
          const own = by === 0 ? 0 : by / comparison.limit;
          if (own > share || (own === share && comparison.limit > limit))
            [maxDifference, limit, share] = [by, comparison.limit, own];
        }
        if (
          !within &&
          (worst === null || (worst.maxDifference ?? Number.POSITIVE_INFINITY) < (by ?? Number.POSITIVE_INFINITY))
        )
          worst = {
            ...comparison,
            words: `${before.items.length > 1 ? `item ${i + 1} of ${before.items.length}: ` : ''}${comparison.words}`,
          };
      }
      if (worst !== null) tell(worst.words, worst);
    }
  }
  return { outputs: differences, maxDifference, limit };
}

/** Ports whose fingerprints differ, those first that the plan runs first: the first is where it began. */
export function comparePorts(
  recorded: RecordedSample,
  found: Readonly<Record<string, PortPrint>>,
  order: readonly string[],
  terms: GoldenTerms,
  sameDevice: boolean,
): readonly Difference[] {
  const place = new Map(order.map((node, at) => [node, at]));
  const nodeOf = (end: string): string => end.slice(0, end.indexOf('.'));
  const ends = Object.keys(recorded.ports).sort((a, b) => (place.get(nodeOf(a)) ?? 0) - (place.get(nodeOf(b)) ?? 0));
  return ends.flatMap((end) => {
    const node = nodeOf(end);
    const port = end.slice(node.length + 1);
    const now = Object.hasOwn(found, end) ? found[end] : undefined;
    const difference = printsDifference(recorded.ports[end], now, (a, b) =>
      comparePrint(a, b, allowedAt(terms, node, sameDevice)),
    );
    return difference === null ? [] : [{ node, port, sample: recorded.sample, ...difference }];
  });
}

/** The place where a sample began to differ: the first node of the plan, or where no port told, the first output. */
export function firstDivergence({ outputs, ports }: Pick<SampleVerdict, 'outputs' | 'ports'>): Difference | null {
  return ports[0] ?? outputs[0] ?? null;
}

type Found = Pick<Difference, 'maxDifference' | 'limit' | 'words'>;
const nothing = { maxDifference: null, limit: null };

function printsDifference(
  before: PortPrint,
  now: PortPrint | undefined,
  compare: (a: PortPrint['items'][number], b: PortPrint['items'][number]) => Comparison,
): Found | null {
  if (now === undefined) return { ...nothing, words: 'something passed where it was recorded, and nothing does now' };
  if (before.missing !== now.missing)
    return { ...nothing, words: `${before.missing ?? 'a value'} was recorded, and ${now.missing ?? 'a value'} came` };
  if (before.passed !== now.passed)
    return { ...nothing, words: `${before.passed} items were recorded, and ${now.passed} passed` };
  for (const [i, item] of before.items.entries()) {
    const other = now.items[i];
    if (other === undefined || Math.abs(other.t - item.t) > 1e-6)
      return { ...nothing, words: `an item at ${item.t} s was recorded, and none came then` };
    const { within, words, maxDifference, limit } = compare(item, other);
    if (!within) return { maxDifference, limit, words: before.passed > 1 ? `at ${item.t} s: ${words}` : words };
  }
  return null;
}

/** The node and port that a public output collects from. */
function feedOf(
  checked: Pick<Checked, 'publicOutputs' | 'nodes'>,
  output: string,
): { readonly node: string; readonly port: string } {
  const id = checked.publicOutputs.get(output) ?? output;
  const [source] = Object.values(checked.nodes.get(id)?.sources ?? {});
  if (source === undefined) return { node: id, port: 'value' };
  const dot = source.indexOf('.');
  return { node: source.slice(0, dot), port: source.slice(dot + 1) };
}

/** What computes a node's numbers: `int8` and `half` where a model that is so stands above it, by node; `single` is left out. */
export function precisionOf(checked: Checked): Readonly<Record<string, Precision>> {
  const found: Record<string, Precision> = Object.create(null);
  const rank = { single: 0, half: 1, int8: 2 };
  for (const id of checked.order) {
    const node = checked.nodes.get(id);
    if (node === undefined) continue;
    const above = Object.values(node.sources).map((source) => found[source.slice(0, source.indexOf('.'))] ?? 'single');
    const own = Object.values(node.files).map((facts) => modelPrecision(facts?.model));
    const worst = [...above, ...own].reduce<Precision>((a, b) => (rank[b] > rank[a] ? b : a), 'single');
    if (worst !== 'single') found[id] = worst;
  }
  return found;
}

const int8Operators =
  /^(?:QLinear|QGemm|QAttention|MatMulInteger|ConvInteger|DynamicQuantize|QuantizeLinear|MatMulNBits)/;

function modelPrecision(
  model:
    | {
        readonly operators: Readonly<Record<string, number>>;
        readonly parameterCount: number;
        readonly parameterBytes: number;
      }
    | undefined,
): Precision {
  if (model === undefined) return 'single';
  if (Object.keys(model.operators).some((name) => int8Operators.test(name.slice(name.lastIndexOf('.') + 1))))
    return 'int8';
  const perNumber = model.parameterCount === 0 ? 4 : model.parameterBytes / model.parameterCount;
  return perNumber < 3 ? 'half' : 'single';
}

/** `z.json()` gives arrays that may be changed; nobody does. */
function mutable(json: Json): z.infer<ReturnType<typeof z.json>> {
  return json as z.infer<ReturnType<typeof z.json>>;
}
