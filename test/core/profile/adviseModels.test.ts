import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../core/define/file-facts.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import type { Candidate } from '../../../core/profile/advice.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { pipeline } from '../pipelines.ts';
import { adviceOn, modelFacts, type NodeTold, told } from './adviceFixture.ts';

const registry = makeRegistry(builtinNodes);
const four: Machine = { cores: 4, devices: ['cpu'] };
const free = ['batch', 4] as const;

/** Models side by side, each with an input and an output of its own. */
function models(...ids: readonly string[]): PipelineDocument {
  const nodes = ids.flatMap((id) => [
    [`${id}In`, 'input.tensor'] as const,
    [id, ['model.onnx', { model: `models/${id}.onnx` }]] as const,
    [`${id}Out`, 'output.tensor'] as const,
  ]);
  return {
    ...pipeline(
      Object.fromEntries(nodes),
      ids.flatMap((id) => [`${id}In.tensor > ${id}.x`, `${id}.y > ${id}Out.value`]),
    ),
  };
}

function find(
  document: PipelineDocument,
  nodes: Readonly<Record<string, NodeTold>>,
  machine: Machine = four,
  facts: (path: string) => FileFacts = (path) => modelFacts(path, free),
  environment: Parameters<typeof told>[2] = {},
): readonly Candidate[] {
  return adviceOn(told(document, nodes, environment), registry, machine, facts);
}

function of(found: readonly Candidate[], kind: Candidate['kind']): readonly Candidate[] {
  return found.filter((candidate) => candidate.kind === kind);
}

/** What a candidate sets, node by node. */
function sets(document: PipelineDocument, { changes }: Candidate) {
  return Object.fromEntries(
    applyChanges(document, changes).nodes.flatMap(({ id, params }) => {
      const before = document.nodes.find((node) => node.id === id)?.params ?? {};
      const changed = Object.entries(params).filter(([name, value]) => before[name] !== value);
      return changed.length === 0 ? [] : [[id, Object.fromEntries(changed)]];
    }),
  );
}

describe('advice on models', () => {
  const one = models('m');

  it('more threads where one is busy and cores are idle', () => {
    const threads = of(find(one, { m: { ms: 8, model: { threads: 1 } } }), 'threads');
    expect(threads.map((candidate) => sets(one, candidate))).toEqual([{ m: { threads: 4 } }, { m: { threads: 2 } }]);
    expect(threads[0].why).toMatch(/takes 100 % of the critical path \(8\.0 ms a request\) on 1 of 4 cores/);
    expect(threads[0].aims).toBe('latency');
    // As many threads as cores already, or hardly any time: nothing to gain.
    expect(of(find(one, { m: { ms: 0.1, model: { threads: 1 } } }), 'threads')).toEqual([]);
    const full = of(find(one, { m: { ms: 8, model: { threads: 4 } } }), 'threads');
    expect(full.map((candidate) => [sets(one, candidate), candidate.aims])).toEqual([
      [{ m: { threads: 1 } }, 'throughput'],
    ]);
    const small = of(find(one, { m: { ms: 0.5, model: { threads: 4 } } }), 'threads');
    expect(small[0].aims).toBe('latency');
  });

  it('fewer threads for models that run at once and ask for more than there are', () => {
    const two = models('a', 'b');
    const nodes = { a: { ms: 8, model: { threads: 4, lane: 0 } }, b: { ms: 6, model: { threads: 4, lane: 1 } } };
    const [first] = of(find(two, nodes), 'threads');
    expect(sets(two, first)).toEqual({ a: { threads: 2 }, b: { threads: 2 } });
    expect(first.why).toContain('8 threads on 4 cores');
    // One after the other they never meet.
    const row = pipeline(
      {
        in: 'input.tensor',
        a: ['model.onnx', { model: 'a' }],
        b: ['model.onnx', { model: 'b' }],
        out: 'output.tensor',
      },
      ['in.tensor > a.x', 'a.y > b.x', 'b.y > out.value'],
    );
    expect(of(find(row, nodes), 'threads').some(({ why }) => why.includes('8 threads'))).toBe(false);
  });

  it('a lane for each of two models that wait for each other', () => {
    const two = models('a', 'b');
    const nodes = { a: { ms: 8, model: { lane: 0 } }, b: { ms: 3, queueMs: 6, model: { lane: 0 } } };
    const [lanes] = of(find(two, nodes), 'lanes');
    expect(lanes.why).toMatch(/\(b\) waits 6\.0 ms of 17\.0 ms in lane 0, which it shares with .*\(a\)/);
    const changed = sets(two, lanes) as Record<string, { lane: number }>;
    expect(new Set([changed.a.lane, changed.b.lane]).size).toBe(2);
    expect(of(find(two, { ...nodes, b: { ms: 3, queueMs: 0.01, model: { lane: 0 } } }), 'lanes')).toEqual([]);
    const apart = { ...nodes, b: { ms: 3, queueMs: 6, model: { lane: 1 } } };
    expect(of(find(two, apart), 'lanes')).toEqual([]);
  });

  it('copies of the model that most will wait for, for throughput', () => {
    const copies = of(find(one, { m: { ms: 8, model: {} }, mIn: { ms: 1 } }), 'copies');
    expect(copies.map((candidate) => sets(one, candidate))).toEqual([{ m: { copies: 4 } }, { m: { copies: 2 } }]);
    expect(copies.every(({ aims }) => aims === 'throughput')).toBe(true);
    expect(copies[0].why).toContain('one copy gives at most 125 requests a second');
    expect(of(find(one, { m: { ms: 2, model: {} }, mIn: { ms: 9 } }), 'copies')).toEqual([]);
    expect(of(find(one, { m: { ms: 8, model: {} } }, { cores: 1, devices: ['cpu'] }), 'copies')).toEqual([]);
  });

  it('batches where the first dimension is free: within a request where it has many items', () => {
    const requests = of(find(one, { m: { ms: 8, model: {} } }), 'batch');
    expect(requests.map((candidate) => [sets(one, candidate), candidate.aims])).toEqual([
      [{ m: { batch: 16 } }, 'throughput'],
      [{ m: { batch: 8 } }, 'throughput'],
    ]);
    const frames = of(find(one, { m: { ms: 8, items: 5, model: {} } }), 'batch');
    expect(frames.map((candidate) => [sets(one, candidate), candidate.aims])).toEqual([
      [{ m: { batch: 4 } }, 'latency'],
    ]);
    expect(frames[0].why).toMatch(/runs 5 times a request, 1\.6 ms each/);
    const fixed = find(one, { m: { ms: 8, model: {} } }, four, (path) => modelFacts(path, [1, 4]));
    expect(of(fixed, 'batch')).toEqual([]);
  });

  it('each device that works here and is not the one that ran', () => {
    const two = models('a', 'b');
    const machine: Machine = { cores: 4, devices: ['cpu', 'cuda', 'webgpu'] };
    const nodes = { a: { ms: 8, model: {} }, b: { ms: 2, model: {} } };
    const found = of(find(two, nodes, machine), 'device').map((candidate) => sets(two, candidate));
    for (const device of ['cuda', 'webgpu']) {
      expect(found).toContainEqual({ a: { device }, b: { device } });
      expect(found).toContainEqual({ a: { device } });
    }
    expect(JSON.stringify(found)).not.toContain('cpu');
    const onCuda = { a: { ms: 8, model: { device: 'cuda' } }, b: { ms: 2, model: { device: 'cuda' } } };
    const back = of(find(two, onCuda, { cores: 4, devices: ['cpu', 'cuda'] }), 'device');
    expect(back.map((candidate) => sets(two, candidate))).toContainEqual({
      a: { device: 'cpu' },
      b: { device: 'cpu' },
    });
    expect(find(two, nodes, { cores: 4, devices: ['cpu'] }).some(({ kind }) => kind === 'device')).toBe(false);
  });

  it('the whole model on the CPU where operators fell back to it, named with what it cost', () => {
    const fellBack = [
      { layer: '/nms', op: 'NonMaxSuppression', ms: 1, copyMs: 0.5 },
      { layer: '/loop', op: 'Loop', ms: 0.2, copyMs: 0.3 },
    ];
    const machine: Machine = { cores: 4, devices: ['cpu', 'cuda'] };
    const [first] = of(find(one, { m: { ms: 4, model: { device: 'cuda', fellBack } } }, machine), 'fallback');
    expect(sets(one, first)).toEqual({ m: { device: 'cpu' } });
    expect(first.why).toMatch(
      /2 of its operators \(NonMaxSuppression and Loop\) fell back from cuda to the CPU for 1\.2 ms a run, and moving their tensors cost 0\.8 ms, 50 % of the run; the costliest is \/nms/,
    );
  });

  it('int8 for float matrix products on the CPU; the file is made beside the other', () => {
    const kernels = [
      { op: 'MatMul', provider: 'CPUExecutionProvider', count: 4, ms: 3 },
      { op: 'Softmax', provider: 'CPUExecutionProvider', count: 1, ms: 1 },
    ];
    const nodes = { m: { ms: 4, model: { kernels, kernelMs: 4 } } };
    const [first] = of(find(one, nodes), 'int8');
    expect(sets(one, first)).toEqual({ m: { model: 'models/m.int8.onnx' } });
    expect(first.makes).toEqual([{ path: 'models/m.int8.onnx', from: 'models/m.onnx', how: 'int8' }]);
    expect(first.why).toMatch(
      /75 % of its kernels’ time \(3\.0 ms a run\)|75 % of its kernels' time \(3\.0 ms a run\)/,
    );
    const convolutions = { m: { ms: 4, model: { kernels: [{ ...kernels[0], op: 'Conv' }], kernelMs: 4 } } };
    expect(of(find(one, convolutions), 'int8')).toEqual([]);
    const already = find(one, nodes, four, (path) => modelFacts(path, free, { MatMulInteger: 4 }));
    expect(of(already, 'int8')).toEqual([]);
    const elsewhere = { m: { ms: 4, model: { ...nodes.m.model, device: 'cuda' } } };
    expect(of(find(one, elsewhere), 'int8')).toEqual([]);
  });

  it('shorter floats where the device has them', () => {
    const onCuda = find(one, { m: { ms: 4, model: { device: 'cuda' } } }, { cores: 4, devices: ['cpu', 'cuda'] });
    expect(of(onCuda, 'precision').map((candidate) => sets(one, candidate))).toEqual([{ m: { precision: 'reduced' } }]);
    expect(of(find(one, { m: { ms: 4, model: {} } }), 'precision')).toEqual([]);
    const arm = find(one, { m: { ms: 4, model: {} } }, four, undefined, { os: 'macOS arm64' });
    expect(of(arm, 'precision')).toHaveLength(1);
  });

  it('the optimisation level: back to the usual one, or one less where layouts cost', () => {
    const low: PipelineDocument = {
      ...one,
      nodes: one.nodes.map((node) =>
        node.id === 'm' ? { ...node, params: { ...node.params, optimisation: 'none' } } : node,
      ),
    };
    const [usual] = of(find(low, { m: { ms: 4, model: {} } }), 'optimisation');
    expect(sets(low, usual)).toEqual({ m: { optimisation: 'all' } });
    const kernels = [{ op: 'ReorderInput', provider: 'CPUExecutionProvider', count: 9, ms: 1 }];
    const [less] = of(find(one, { m: { ms: 4, model: { kernels, kernelMs: 4 } } }), 'optimisation');
    expect(sets(one, less)).toEqual({ m: { optimisation: 'extended' } });
    expect(less.why).toMatch(/^25 % of its kernels/);
    expect(of(find(one, { m: { ms: 4, model: {} } }), 'optimisation')).toEqual([]);
  });

  it('the most promising first, ids that stay, and no document twice', () => {
    const machine: Machine = { cores: 4, devices: ['cpu', 'cuda'] };
    const nodes = { m: { ms: 20, model: {} }, mIn: { ms: 1 } };
    const found = find(one, nodes, machine);
    expect(found.slice(0, 2).map(({ kind }) => kind)).toEqual(['device', 'copies']);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const documents = found.map(({ changes }) => JSON.stringify(applyChanges(one, changes)));
    expect(new Set(documents).size).toBe(found.length);
    expect(find(one, nodes, machine)).toEqual(found);
    expect(found.every(({ why }) => /\d/.test(why))).toBe(true);
  });
});
