import { checkDocument } from '../core/check/check.ts';
import { defineNode } from '../core/define/node.ts';
import { port } from '../core/define/port.ts';
import { makeRegistry } from '../core/define/registry.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import { anyType } from '../core/kinds/type.ts';
import type { JsonValue } from '../core/kinds/value.ts';
import { planRun } from '../core/plan/plan.ts';
import type { RunHost } from '../core/run/host.ts';
import { runPlan } from '../core/run/run.ts';
import { pureHost } from '../test/pure-host.ts';
import { median } from './measure.ts';

/** What the engine costs a node: a chain of 100 nodes that do nothing, against 100 awaited calls in a plain loop. */
const chainLength = 100;

const start = defineNode({
  type: 'bench.start',
  version: 1,
  title: 'Start',
  summary: 'Gives one value.',
  inputs: {},
  outputs: { x: port.json({ doc: 'x' }) },
  params: {},
  infer: () => ({ x: anyType.json }),
  run: () => ({ x: { kind: 'json', json: 1 } }),
  examples: [],
});
const trivial = defineNode({
  type: 'bench.trivial',
  version: 1,
  title: 'Trivial',
  summary: 'Passes its input on.',
  inputs: { x: port.json({ doc: 'x' }) },
  outputs: { x: port.json({ doc: 'x' }) },
  params: {},
  infer: ({ inputs }) => ({ x: inputs.x }),
  run: ({ inputs }) => ({ x: inputs.x }),
  examples: [],
});
const end = defineNode({
  type: 'bench.end',
  version: 1,
  title: 'End',
  summary: 'A public output.',
  inputs: { value: port.json({ doc: 'x' }) },
  outputs: {},
  params: {},
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [],
});

function chain(): PipelineDocument {
  const ids = Array.from({ length: chainLength }, (_, i) => `n${i}`);
  const node = (id: string, type: string) => ({ id, type, version: 1, params: {}, position: { x: 0, y: 0 } });
  const wires = ids.slice(1).map((id, i) => ({ from: `${ids[i]}.x`, to: `${id}.x` }));
  return {
    schemaVersion: 1,
    name: 'chain',
    inputs: {},
    outputs: {},
    groups: [],
    notes: [],
    files: [],
    nodes: [...ids.map((id, i) => node(id, i === 0 ? 'bench.start' : 'bench.trivial')), node('out', 'bench.end')],
    wires: [...wires, { from: `${ids[chainLength - 1]}.x`, to: 'out.value' }],
  };
}

async function plainLoop(): Promise<JsonValue> {
  let x: JsonValue = { kind: 'json', json: 1 };
  for (let i = 0; i < chainLength; i++) x = await pass(x);
  return x;
}

async function pass(x: JsonValue): Promise<JsonValue> {
  return x;
}

const host: RunHost = {
  node: pureHost(),
  parallelism: 2,
  cacheSalt: '',
  digest: (parts) => parts.join('|'),
  contentKey: async () => null,
  sample: (path) => ({ kind: 'media', path, name: path }),
};

const plan = planRun(checkDocument(chain(), makeRegistry([start, trivial, end]), () => undefined));
const signal = new AbortController().signal;
const ours: number[] = [];
const plain: number[] = [];
for (let round = 0; round < 600; round++) {
  const t0 = performance.now();
  await runPlan(plan, host, { inputs: {}, signal });
  const t1 = performance.now();
  await plainLoop();
  ours.push(t1 - t0);
  plain.push(performance.now() - t1);
}
const perNode = (median(ours.slice(200)) * 1000) / chainLength;
const perCall = (median(plain.slice(200)) * 1000) / chainLength;
console.log(`engine: ${perNode.toFixed(2)} µs a node over a chain of ${chainLength} (aim: under 20)`);
console.log(`plain loop of awaited calls: ${perCall.toFixed(3)} µs a call`);
console.log(`ratio engine / plain loop: ${(perNode / perCall).toFixed(1)}`);
