import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fusedPipeline } from '../../../cli/fused.ts';
import { openPipeline } from '../../../cli/pipeline.ts';
import type { NodeFiles } from '../../../core/define/node.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { compilePipeline } from '../../../core/lower/compile.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import type { RunResult } from '../../../core/run/result.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { part } from '../../../nodes/model/part.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { check, pipeline } from '../../core/pipelines.ts';
import { workbench } from '../../host/models/fixture.ts';
import { pureHost } from '../../pure-host.ts';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { expectClose, testNode } from '../../test-node.ts';

/** A file of one node, compiled. */
function softmaxPart(): NodeFiles {
  const document = pipeline(
    { logits: ['input.tensor', { dtype: 'float32', shape: '1, 3' }], p: 'result.softmax', scores: 'output.scores' },
    ['logits.tensor > p.logits', 'p.scores > scores.value'],
  );
  const [compiled] = compilePipeline(check(document, makeRegistry(builtinNodes)), {
    bytes: () => new Uint8Array(0),
    sha256: '0'.repeat(64),
  }).parts;
  const bytes = writeModel(compiled.model);
  bench.write('part.onnx', bytes);
  const model = signatureOf(readModel(bytes, 'part.onnx'));
  return { model: { path: 'part.onnx', bytes: bytes.length, sha256: '', model, part: compiled.file } };
}

const bench = workbench();
testNode(part, { host: pureHost({ models: bench.host }), files: softmaxPart() });

const engine = startEngine();
afterAll(() => engine.close());

/** The scores that a sample gives at an output, node by node and compiled. */
async function bothWays(sample: string, output: string) {
  const folder = path.join(tempFolder(), sample);
  cpSync(path.join(root, 'samples', sample), folder, { recursive: true });
  const plain = await openPipeline(folder, {});
  const fused = await fusedPipeline(plain);
  const scores = ({ outputs }: RunResult) => {
    const found = outputs[output];
    return found.status === 'present' ? found.items.map(({ value }) => value) : [];
  };
  const [one, other] = [plain, fused].map(({ opened }) =>
    engine.run({ document: opened.document, folder, inputs: {} }).then(scores),
  );
  return { nodes: fused.opened.document.nodes, plain: await one, compiled: await other };
}

it('runs what was compiled of pictures, a model and scores, with the answers of the nodes', async () => {
  const { nodes, plain, compiled } = await bothWays('picture-classifier', 'scene');
  expect(nodes.filter(({ type }) => type === part.type)).toHaveLength(1);
  // What shrinks the picture stays with the decoding.
  expect(nodes.map(({ id }) => id).sort()).toEqual(['compiled', 'cut', 'photo', 'scene', 'shrink']);
  expect(plain).toHaveLength(1);
  expectClose(compiled, plain, 2e-3);
});

it('runs three modalities from files of their own, at once, and fuses what they give', async () => {
  const { nodes, plain, compiled } = await bothWays('event-detector', 'event');
  expect(nodes.filter(({ type }) => type === part.type)).toHaveLength(3);
  expect(plain).toHaveLength(1);
  expectClose(compiled, plain, 2e-3);
});
