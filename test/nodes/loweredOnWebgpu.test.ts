import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TensorValue, Value } from '../../core/kinds/value.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import { runChild } from '../host/models/child.ts';
import { softwareVulkan } from '../host/models/vulkan.ts';
import { type LoweredGraph, loweredGraph } from '../lowered.ts';
import { callNode, expectClose, largestFloat } from '../test-node.ts';
import { type LoweredCase, loweredCases } from './loweredCases.ts';

/** Graphs for WebGPU in one process: starting the device once, and a driver that crashes takes no test with it. */
const lowerable = builtinNodes.filter(({ lower }) => lower !== null);
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-webgpu-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly outputs: Readonly<Record<string, TensorValue>>;
  readonly operators: readonly { readonly op: string; readonly provider: string }[];
}
interface Made extends LoweredCase {
  readonly at: number;
  readonly graph: LoweredGraph;
  readonly wanted: Readonly<Record<string, Value>>;
}

async function made(one: LoweredCase, at: number): Promise<Made> {
  const { node, params, inputs, files, host, bytes } = one;
  const wanted = (await callNode(node, { params, inputs, files, host })) as Record<string, Value>;
  const call = { params, inputs, outputs: wanted, files, bytes };
  const graph = loweredGraph(node, call, [call]);
  writeFileSync(path.join(folder, `${at}.onnx`), graph.model);
  writeFileSync(path.join(folder, `${at}.feeds`), serialize(graph.feeds));
  return { ...one, at, graph, wanted };
}

/** What became of each graph; null when it ran. A process that dies is started again behind the graph that it died of. */
async function runAll(count: number, driver: string): Promise<readonly (string | null)[]> {
  const ends: (string | null)[] = [];
  const env = { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver };
  while (ends.length < count) {
    const args = [folder, String(ends.length), String(count)];
    const { messages, code, signal } = await runChild('../../nodes/loweredChild.ts', args, { timeMs: 400_000, env });
    for (const { at, problem } of messages as readonly { at: number; problem: string | null }[]) ends[at] = problem;
    if (messages.length === 0) throw new Error(`the process ended before it began (${signal ?? code})`);
  }
  return ends;
}

/**
 * Nodes whose operators all have a kernel on WebGPU (ONNX Runtime 1.30) in every case. Of the others some or all run on the
 * CPU: bytes, float64, whole numbers of 64 bits, sorting by value and boxes have none there.
 */
const wholly = [
  ...[
    'audio.fixLength',
    'audio.frame',
    'audio.mono',
    'audio.preEmphasis',
    'audio.stft',
    'audio.toTensor',
    'audio.trim',
  ],
  ...['image.normalise', 'result.labels', 'result.topK', 'tensor.concat', 'tensor.fromEmbedding', 'tensor.fromScores'],
  ...['tensor.reshape', 'tensor.squeeze', 'tensor.stack', 'tensor.unsqueeze'],
];

/**
 * Where sums are made in another order than on the CPU: the tolerance there, for values around 1. All other nodes hold
 * their own `lowerTolerance`.
 */
const tolerances: Readonly<Record<string, number>> = { 'audio.stft': 1e-5 };

const driver = softwareVulkan();
const without = driver === null ? ' (skipped: no software Vulkan driver; install chromium or set VK_DRIVER_FILES)' : '';
describe.skipIf(driver === null)(`every lowered node on the software WebGPU device${without}`, () => {
  let cases: readonly Made[] = [];
  let ends: readonly (string | null)[] = [];
  beforeAll(async () => {
    const all = loweredCases(lowerable);
    const list: Made[] = [];
    for (const [at, one] of all.entries()) list.push(await made(one, at));
    cases = list;
    ends = await runAll(cases.length, driver ?? '');
  }, 420_000);

  const ranOf = ({ at }: Made) => deserialize(readFileSync(path.join(folder, `${at}.ran`))) as Ran;

  it.each(lowerable.map(({ type }) => type))('%s gives what it gives without', (type) => {
    const own = cases.filter(({ node }) => node.type === type);
    expect(own.length).toBeGreaterThan(0);
    for (const one of own) {
      expect(ends[one.at], one.title).toBeNull();
      const { outputs, present } = one.graph.read(ranOf(one).outputs);
      for (const there of present) expect(Object.values(there), one.title).not.toContain(false);
      for (const [name, value] of Object.entries(outputs[0])) {
        const tolerance = tolerances[type] ?? one.node.lowerTolerance;
        // Steps of a picture's levels do not grow with them.
        const scale = value.kind === 'image' ? 1 : largestFloat(one.wanted[name]);
        expectClose(value, one.wanted[name], tolerance * scale, `${one.title}: ${name}`);
      }
    }
  });

  it('runs whole where its operators have kernels there', () => {
    const onCpu = new Set(
      cases.flatMap((one) => {
        const elsewhere = ranOf(one).operators.filter(({ provider }) => provider !== 'WebGpuExecutionProvider');
        return elsewhere.length === 0 ? [] : [one.node.type];
      }),
    );
    const ran = new Set(cases.filter((one) => ranOf(one).operators.length > 0).map(({ node }) => node.type));
    expect([...ran].filter((type) => !onCpu.has(type)).sort()).toEqual([...wholly].sort());
  });
});
