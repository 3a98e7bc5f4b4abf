import { checkDocument } from '../../core/check/check.ts';
import type { Checked } from '../../core/check/checked.ts';
import type { Registry } from '../../core/define/registry.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Json } from '../../core/kinds/value.ts';
import { planRun } from '../../core/plan/plan.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { RunResult } from '../../core/run/result.ts';
import { type RunOptions, runPlan } from '../../core/run/run.ts';
import { pureHost } from '../pure-host.ts';
import { fakeRegistry } from './fake-nodes.ts';

type NodeText = string | readonly [type: string, params: Readonly<Record<string, Json>>];

/** A document from `{ id: 'fake.add' }` and `['a.x > b.x']`. */
export function pipeline(nodes: Readonly<Record<string, NodeText>>, wires: readonly string[] = []): PipelineDocument {
  return {
    schemaVersion: 1,
    name: 'test',
    inputs: {},
    outputs: {},
    nodes: Object.entries(nodes).map(([id, said], i) => {
      const [type, params] = typeof said === 'string' ? [said, {}] : said;
      return { id, type, version: 1, params, position: { x: i * 200, y: 0 } };
    }),
    wires: wires.map((wire) => {
      const [from, to] = wire.split(' > ');
      return { from, to };
    }),
    groups: [],
    notes: [],
    files: [],
  };
}

export function check(document: PipelineDocument, registry: Registry = fakeRegistry): Checked {
  return checkDocument(document, registry, () => undefined);
}

export function runHost(overrides: Partial<RunHost> = {}): RunHost {
  return {
    node: pureHost(),
    parallelism: 2,
    cacheSalt: '',
    digest: (parts) => parts.map((part) => `${part.length}:${part}`).join('|'),
    contentKey: async (given) => (given.kind === 'tensor' ? String(given.data) : 'media'),
    sample: (path) => ({ kind: 'media', path, name: path }),
    ...overrides,
  };
}

export async function run(
  document: PipelineDocument,
  options: Partial<RunOptions> & { readonly host?: RunHost } = {},
): Promise<RunResult> {
  const checked = check(document);
  const errors = checked.problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((e) => `${e.code}: ${e.message}`).join('\n'));
  return runPlan(planRun(checked), options.host ?? runHost(), {
    inputs: {},
    signal: new AbortController().signal,
    ...options,
  });
}

/** The numbers that came out at a public output. */
export function numbers(result: RunResult, output: string): readonly number[] {
  const out = result.outputs[output];
  if (out.status === 'missing') throw new Error(`missing: ${out.problem.message}`);
  return out.items.map((item) => (item.value.kind === 'tensor' ? Number(item.value.data[0]) : Number.NaN));
}
