import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeLimits } from '../core/define/limits.ts';
import type { NodeDefinition } from '../core/define/node.ts';
import type { ImageValue, Value } from '../core/kinds/value.ts';
import { makeImageHost } from '../host/image/host.ts';
import { centreCrop } from '../nodes/image/centreCrop.ts';
import { normalise } from '../nodes/image/normalise.ts';
import { resizeShorter } from '../nodes/image/resizeShorter.ts';
import { pureHost } from '../test/pure-host.ts';
import { defaultParams } from '../test/test-node.ts';
import { findPython, median, timeCalls } from './measure.ts';

/**
 * A 1080p JPEG from file to normalised tensor (shorter side 256, bilinear and antialiased, centre 224, ImageNet's mean
 * and deviation) as a fused stage does it, against Pillow and numpy on one thread. Rounds of both take turns.
 */
const turns = 7;
const rounds = 12;
const inFlight = 2 * os.availableParallelism();
const targets = { alone: 1.8, several: 2.5 };
const signal = new AbortController().signal;
const limits = makeLimits();
const images = makeImageHost({
  limits,
  sourceBytes: async (source) => new Uint8Array(await readFile(source.path as string)),
});
const host = pureHost({ image: images });

async function runNode(node: NodeDefinition, image: Value): Promise<Value> {
  const outputs = await node.run?.({
    inputs: { image },
    params: defaultParams(node),
    files: {},
    host,
    signal,
    note: () => undefined,
    t: 0,
    durationSeconds: undefined,
    missing: {},
    miss: () => undefined,
    owned: new Set(['image']),
    external: null,
  });
  return Object.values(outputs ?? {})[0];
}

const chain = [resizeShorter, centreCrop, normalise];

/** What the engine does with the fused stage `input.image` to `image.normalise`. */
async function preprocess(file: string): Promise<Float32Array> {
  const steps = chain.map((node) => node.step?.(defaultParams(node)) ?? ({ op: 'own' } as const));
  const pass = await images.pass({ kind: 'media', path: file, name: file }, [{ op: 'decode' }, ...steps], signal);
  let value: Value = pass.value;
  for (const node of chain.slice(pass.taken - 1)) value = await runNode(node, value);
  if (value.kind !== 'tensor' || value.dtype !== 'float32') throw new Error(`not a float32 tensor: ${value.kind}`);
  return value.data;
}

/** The same by the nodes' own kernels over the decoded picture: Pillow's numbers, exactly. */
async function byKernels(file: string): Promise<Float32Array> {
  let value: Value = (await images.decode({ kind: 'media', path: file, name: file }, signal)) satisfies ImageValue;
  for (const node of chain) value = await runNode(node, value);
  return value.kind === 'tensor' && value.dtype === 'float32' ? value.data : new Float32Array();
}

async function several(file: string, count: number): Promise<number> {
  let left = count;
  const before = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await preprocess(file);
    }),
  );
  return (performance.now() - before) / count;
}

class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  constructor(command: string) {
    const script = fileURLToPath(new URL('peers/decode-resize.py', import.meta.url));
    this.#child = spawn(command, [script]);
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#child.stdout);
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }
  async #line(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the peer ended');
    return value;
  }
  async versions(): Promise<{ readonly pillow: string; readonly numpy: string }> {
    return JSON.parse(await this.#line());
  }
  async measure(file: string, draft: boolean, times = rounds): Promise<{ ms: number; tensor: Float32Array }> {
    this.#child.stdin.write(`${JSON.stringify({ file, draft, rounds: times })}\n`);
    const answer = JSON.parse(await this.#line()) as { ms: number[]; tensor: string };
    const bytes = new Uint8Array(Buffer.from(answer.tensor, 'base64'));
    return { ms: median(answer.ms), tensor: new Float32Array(bytes.buffer) };
  }
  close(): void {
    this.#child.stdin.end();
    this.#lines.close();
  }
}

/** Mean and largest difference of two tensors in 8-bit levels. */
function levelsApart(a: Float32Array, b: Float32Array): string {
  const scale = [0.229, 0.224, 0.225].map((std) => std * 255);
  let sum = 0;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]) * scale[Math.floor(i / (224 * 224))];
    sum += d;
    max = Math.max(max, d);
  }
  return `mean ${(sum / a.length).toFixed(3)}, max ${max.toFixed(0)}`;
}

function verdict(ratio: number, target: number): string {
  return `${ratio.toFixed(2)}x (target ${target}x${ratio >= target ? '' : ', MISSED'})`;
}

async function measurePicture(name: string, peer: Peer | null): Promise<void> {
  const file = fileURLToPath(new URL(`../test/reference/image-${name}.jpg`, import.meta.url));
  await timeCalls(() => preprocess(file), 1, 5);
  const own: { alone: number[]; several: number[] } = { alone: [], several: [] };
  const theirs: { plain: number[]; draft: number[] } = { plain: [], draft: [] };
  for (let turn = 0; turn < turns; turn++) {
    own.alone.push(median(await timeCalls(() => preprocess(file), rounds, 1)));
    if (peer !== null) theirs.plain.push((await peer.measure(file, false)).ms);
    own.several.push(await several(file, 4 * rounds));
    if (peer !== null) theirs.draft.push((await peer.measure(file, true)).ms);
  }
  const alone = median(own.alone);
  const each = median(own.several);
  console.log(`\n${name} (${Math.round((await readFile(file)).length / 1000)} kB)`);
  console.log(`  one picture:         ${alone.toFixed(1)} ms`);
  console.log(`  ${inFlight} in flight:         ${each.toFixed(1)} ms a picture`);
  if (peer === null) return;
  const plain = median(theirs.plain);
  const draft = median(theirs.draft);
  console.log(`  Pillow + numpy:      ${plain.toFixed(1)} ms`);
  console.log(`  with draft mode:     ${draft.toFixed(1)} ms`);
  console.log(`  faster, one picture: ${verdict(plain / alone, targets.alone)}`);
  console.log(`  faster, in flight:   ${verdict(plain / each, targets.several)}`);
  console.log(
    `  than draft mode:     ${(draft / alone).toFixed(2)}x, in flight ${(draft / each).toFixed(2)}x (its pixels: ` +
      `${levelsApart((await peer.measure(file, true, 1)).tensor, (await peer.measure(file, false, 1)).tensor)} levels from Pillow's own)`,
  );
  const exact = (await peer.measure(file, false, 1)).tensor;
  console.log(`  our pass from Pillow's pixels:   ${levelsApart(await preprocess(file), exact)} levels`);
  console.log(`  our kernels from Pillow's pixels: ${levelsApart(await byKernels(file), exact)} levels`);
}

const python = findPython(['PIL', 'numpy']);
const peer = typeof python === 'string' ? null : new Peer(python.command);
console.log('1080p JPEG to normalised 224x224 tensor; medians');
console.log(
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} cores, Node ${process.version}`,
);
if (peer === null) console.log(`No peer: ${python}. Own figures only.`);
else {
  const { pillow, numpy } = await peer.versions();
  console.log(`peer: Pillow ${pillow}, numpy ${numpy}, one thread`);
}
for (const name of ['noisy', 'smooth']) await measurePicture(name, peer);
peer?.close();
