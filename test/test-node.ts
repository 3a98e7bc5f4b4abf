import { describe, expect, it } from 'vitest';
import type { NodeHost } from '../core/define/host.ts';
import type { Example, NodeDefinition, NodeFiles } from '../core/define/node.ts';
import { paramFault } from '../core/define/param.ts';
import type { WireType } from '../core/kinds/type.ts';
import { anyType, typeOf } from '../core/kinds/type.ts';
import type { Item, Json, Value } from '../core/kinds/value.ts';
import type { ProblemData } from '../core/problems/problem.ts';
import { problemData } from '../core/problems/problem.ts';
import { pureHost } from './pure-host.ts';

export interface TestNodeOptions {
  readonly host?: NodeHost;
  /** Facts of the files that examples name. */
  readonly files?: NodeFiles;
  /** Their bytes, for nodes that put them into a graph. */
  readonly bytes?: (param: string) => Uint8Array;
}

export interface LoweredOptions extends Pick<TestNodeOptions, 'host' | 'bytes'> {
  /** What is known of the inputs' types; all of it unless given. */
  readonly types?: Readonly<Record<string, WireType>>;
}

export interface NodeCall {
  readonly params?: Readonly<Record<string, Json>>;
  /** Values for `run`, items for `stream`; `$external` is what the user gave. */
  readonly inputs?: Readonly<Record<string, Value | readonly Item[] | undefined>>;
  readonly files?: NodeFiles;
  readonly host?: NodeHost;
  readonly signal?: AbortSignal;
  readonly t?: number;
  readonly missing?: Readonly<Record<string, ProblemData>>;
  readonly miss?: (port: string, problem: ProblemData) => void;
  readonly note?: (name: string, value: Json) => void;
}

/** What a node owes, whatever it does: shape of the declaration, parameters, examples, infer, purity, signal. */
export function testNode(node: NodeDefinition, options: TestNodeOptions = {}): void {
  describe(`${node.type} owes`, () => {
    const files = options.files ?? {};
    const defaults = defaultParams(node);
    it('a declaration that docs and palette can use', () => {
      expect(node.type).toMatch(/^[a-z]+\.[a-z][A-Za-z0-9]*$/);
      expect(node.title.length).toBeGreaterThan(0);
      expect(node.summary.split(/\s+/).length).toBeLessThanOrEqual(25);
      expect(node.summary.length).toBeGreaterThan(10);
      const ports = { ...node.inputs(defaults, files), ...node.outputs(defaults, files) };
      for (const [name, spec] of [...Object.entries(ports), ...Object.entries(node.params)]) {
        expect(spec.doc.length, `doc of ${name}`).toBeGreaterThan(3);
      }
      expect(Number(node.run !== null) + Number(node.stream !== null)).toBe(1);
    });
    it('defaults that fit their parameters, and survive JSON', () => {
      for (const [name, spec] of Object.entries(node.params)) {
        if (spec.form === 'file' && !spec.optional) continue;
        expect(paramFault(spec, spec.default), name).toBeNull();
      }
      expect(JSON.parse(JSON.stringify(defaults))).toEqual(defaults);
    });
    it('at least one example', () => {
      expect(node.examples.length).toBeGreaterThan(0);
    });
    for (const example of node.examples) {
      it(`example: ${example.title}`, async () => {
        const call = { params: example.params, inputs: example.inputs, files, host: options.host };
        const got = await callNode(node, call);
        expectClose(got, example.outputs, example.tolerance ?? 0);
        if (node.pure) expectClose(await callNode(node, call), got, 0);
        expectInferContains(node, example, files, got);
      });
    }
    if (node.lower !== null) {
      for (const example of node.examples) {
        it(`the same as operators of ONNX: ${example.title}`, async () => {
          await expectLowered(node, example, files, options);
        });
      }
    }
    it('to stop when the signal says so before it starts', async () => {
      const example = node.examples[0];
      if (node.stream === null || example === undefined) return;
      const controller = new AbortController();
      controller.abort(new Error('stop'));
      const inputs = Object.fromEntries(
        Object.entries(example.inputs).map(([k, v]) => [k, k === '$external' ? v : endless(v)]),
      );
      const run = callStream(
        node,
        { params: example.params, inputs: {}, files, host: options.host, signal: controller.signal },
        inputs,
      );
      await Promise.race([
        run.catch(() => undefined),
        new Promise((_, reject) => setTimeout(() => reject(new Error('did not stop')), 1000)),
      ]);
    });
  });
}

/** `lower` gives what `run` gives, for one item and for several at once. */
export async function expectLowered(
  node: NodeDefinition,
  example: Pick<Example, 'params' | 'inputs'>,
  files: NodeFiles = {},
  options: LoweredOptions = {},
): Promise<void> {
  // The runtime is loaded for nodes that have operators only.
  const { runLowered } = await import('./lowered.ts');
  const { params, inputs } = example;
  const ran = await callNode(node, { params, inputs, files, host: options.host });
  const values = ran as Record<string, Value>;
  const { bytes, types } = options;
  const call = { params, inputs: inputs as Record<string, Value>, outputs: values, files, bytes, types };
  for (const items of [1, 3]) {
    const { outputs, present } = await runLowered(node, call, items);
    for (const there of present) expect(Object.values(there)).not.toContain(false);
    for (const output of outputs) {
      expect(Object.keys(output).length).toBeGreaterThan(0);
      for (const [name, value] of Object.entries(output)) {
        const place = `${name}, ${items} at once`;
        expectClose(value, values[name], node.lowerTolerance, place);
        // A step of a level is no step of the way back to the original.
        const want = values[name];
        if (value.kind === 'image' && want.kind === 'image')
          expectClose(value.geometry, want.geometry, Math.min(node.lowerTolerance, 1e-9), `${place}.geometry`);
      }
    }
  }
}

/**
 * The same for different items in one batch: for each, `lower` gives what `run` gives, or says that there is nothing where
 * `run` throws.
 */
export async function expectLoweredItems(
  node: NodeDefinition,
  call: Pick<Example, 'params'> & LoweredOptions & { readonly files?: NodeFiles },
  items: readonly Readonly<Record<string, Value>>[],
): Promise<void> {
  const { runLoweredItems } = await import('./lowered.ts');
  const ran = await Promise.all(items.map((inputs) => callNode(node, { ...call, inputs }).catch(() => null)));
  const outputs = ran.find((one) => one !== null) as Record<string, Value>;
  const all = items.map((inputs) => ({ inputs }));
  const got = await runLoweredItems(node, { ...call, inputs: items[0], outputs }, all);
  got.outputs.forEach((output, item) => {
    const want = ran[item];
    for (const [name, value] of Object.entries(output)) {
      expect(got.present[item][name] ?? true, `${name} of item ${item} is there`).toBe(want !== null);
      if (want !== null)
        expectClose(value, want[name], toleranceFor(node, want[name] as Value), `${name} of item ${item}`);
    }
  });
}

/** A node's tolerance is for values around 1, and grows with the largest of a value's floats. */
function toleranceFor(node: NodeDefinition, value: Value): number {
  return node.lowerTolerance === 0 ? 0 : node.lowerTolerance * largestFloat(value);
}

/** The size of the largest of a value's floats, 1 at the least. */
export function largestFloat(value: Value): number {
  let largest = 1;
  for (const floats of floatsOf(value))
    for (const x of floats) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  return largest;
}

function floatsOf(value: Value): readonly (Float32Array | Float64Array)[] {
  if (value.kind === 'audio') return value.channels;
  if (value.kind === 'scores' || value.kind === 'embedding') return [value.data];
  if (value.kind === 'tensor' && (value.dtype === 'float32' || value.dtype === 'float64')) return [value.data];
  return [];
}

export function defaultParams(
  node: NodeDefinition,
  over: Readonly<Record<string, Json>> = {},
): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(node.params)) params[name] = spec.default;
  return { ...params, ...over };
}

/** Calls a node as the engine would, outside any graph. Item nodes give values, stream nodes lists of items per port. */
export async function callNode(node: NodeDefinition, call: NodeCall): Promise<Record<string, Value | readonly Item[]>> {
  if (node.run === null) {
    const inputs = Object.fromEntries(
      Object.entries(call.inputs ?? {})
        .filter(([k, v]) => k !== '$external' && v !== undefined)
        .map(([k, v]) => [k, iterate(asItems(v as Value | readonly Item[]))]),
    );
    return callStream(node, call, { ...inputs, $external: call.inputs?.['$external'] });
  }
  const { $external, ...inputs } = (call.inputs ?? {}) as Record<string, Value>;
  const outputs = await node.run({
    inputs,
    params: defaultParams(node, call.params),
    files: call.files ?? {},
    host: call.host ?? pureHost(),
    signal: call.signal ?? new AbortController().signal,
    note: call.note ?? (() => undefined),
    t: call.t ?? 0,
    durationSeconds: undefined,
    missing: call.missing ?? {},
    miss: call.miss ?? (() => undefined),
    owned: new Set(),
    external: $external ?? null,
  });
  return { ...outputs };
}

async function callStream(
  node: NodeDefinition,
  call: NodeCall,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, readonly Item[]>> {
  const { $external, ...inputs } = given;
  const stream = node.stream as NonNullable<NodeDefinition['stream']>;
  const result: Record<string, Item[]> = {};
  for await (const emission of stream({
    inputs: inputs as Record<string, AsyncIterable<Item>>,
    params: defaultParams(node, call.params),
    files: call.files ?? {},
    host: call.host ?? pureHost(),
    signal: call.signal ?? new AbortController().signal,
    note: call.note ?? (() => undefined),
    external: ($external as Value | undefined) ?? null,
  })) {
    for (const [name, value] of Object.entries(emission.outputs)) {
      const item =
        emission.durationSeconds === undefined
          ? { t: emission.t, value }
          : { t: emission.t, durationSeconds: emission.durationSeconds, value };
      result[name] = [...(result[name] ?? []), item];
    }
  }
  return result;
}

export async function* iterate<V extends Value>(items: readonly Item<V>[]): AsyncIterable<Item<V>> {
  for (const item of items) yield item;
}

async function* endless(value: Value | readonly Item[]): AsyncIterable<Item> {
  const items = asItems(value);
  for (let round = 0; round < 1e6; round++) {
    for (const item of items) yield { ...item, t: item.t + round };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function asItems(value: Value | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [{ t: 0, value: value as Value }];
}

function expectInferContains(
  node: NodeDefinition,
  example: Example,
  files: NodeFiles,
  got: Readonly<Record<string, Value | readonly Item[]>>,
): void {
  const types: Record<string, WireType> = {};
  for (const [name, value] of Object.entries(example.inputs)) {
    if (name === '$external') continue;
    const first = asItems(value)[0];
    if (first !== undefined)
      types[name] = { ...typeOf(first.value), sequence: { count: Array.isArray(value) ? 'many' : 'one' } };
  }
  const problems: ProblemData[] = [];
  const params = defaultParams(node, example.params);
  const inferred = node.infer({
    inputs: types,
    params,
    files,
    dims: {},
    report: (code, init) => problems.push(problemData(code, init)),
  });
  expect(problems.filter((x) => x.severity === 'error')).toEqual([]);
  for (const [name, value] of Object.entries(got)) {
    const type = inferred[name];
    expect(type, `infer says nothing of ${name}`).toBeDefined();
    for (const item of asItems(value)) expectContains(type as WireType, typeOf(item.value), name);
  }
}

/** The inferred type must hold the real one: every field that it says outright must be so. */
export function expectContains(inferred: WireType, real: WireType, name: string): void {
  expect(inferred.kind, name).toBe(real.kind);
  const fields = anyType[real.kind];
  for (const field of Object.keys(fields)) {
    if (field === 'kind' || field === 'sequence') continue;
    const said = (inferred as unknown as Record<string, unknown>)[field];
    const is = (real as unknown as Record<string, unknown>)[field];
    if (said === null || (typeof said === 'string' && typeof is === 'number')) continue;
    if (field === 'shape') {
      const dims = said as readonly unknown[];
      expect(dims.length, `${name}: rank`).toBe((is as readonly unknown[]).length);
      dims.forEach((d, i) => {
        if (typeof d === 'number') expect(d, `${name}: dimension ${i}`).toBe((is as readonly unknown[])[i]);
      });
    } else expect(said, `${name}: ${field}`).toEqual(is);
  }
}

/** Deep comparison in which numbers may differ by `tolerance` and typed arrays must be of one class. */
export function expectClose(got: unknown, want: unknown, tolerance: number, path = 'result'): void {
  if (typeof want === 'number' && typeof got === 'number') {
    if (Object.is(got, want) || Math.abs(got - want) <= tolerance) return;
    expect.fail(`${path}: got ${got}, want ${want} within ${tolerance}`);
  }
  if (ArrayBuffer.isView(want) || Array.isArray(want)) {
    const a = got as ArrayLike<unknown>;
    const b = want as ArrayLike<unknown>;
    expect(a?.constructor?.name, path).toBe(b.constructor.name);
    expect(a.length, `${path}: length`).toBe(b.length);
    for (let i = 0; i < b.length; i++) expectClose(a[i], b[i], tolerance, `${path}[${i}]`);
    return;
  }
  if (want !== null && typeof want === 'object') {
    expect(got !== null && typeof got === 'object', `${path} is an object`).toBe(true);
    expect(Object.keys(got as object).sort(), path).toEqual(Object.keys(want).sort());
    for (const key of Object.keys(want))
      expectClose(
        (got as Record<string, unknown>)[key],
        (want as Record<string, unknown>)[key],
        tolerance,
        `${path}.${key}`,
      );
    return;
  }
  expect(got, path).toEqual(want);
}
