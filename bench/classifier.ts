import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { makeLimits } from '../core/define/limits.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import type { RunResult } from '../core/run/result.ts';
import { startEngine } from '../host/engine/client.ts';
import { openDocument } from '../host/files/documentFile.ts';
import { findPython, median, timeCalls } from './measure.ts';

/**
 * The picture classifier end to end, 1080p JPEG to label, against the Python script that a user would write: one picture
 * after the other, then a folder of 200 with several in flight. Both get the same ONNX Runtime threads.
 */
const pictures = 200;
const repeats = 40;
const threads = 1;
const sample = fileURLToPath(new URL('../samples/picture-classifier/', import.meta.url));

/** Pictures with structure and noise at every scale, so that decoding costs what photographs cost. */
async function makePictures(folder: string): Promise<readonly string[]> {
  const width = 1920;
  const height = 1080;
  const files: string[] = [];
  for (let i = 0; i < pictures; i++) {
    const file = path.join(folder, `picture-${i}.jpg`);
    files.push(file);
    if (i >= 8) {
      await copyFile(files[i % 8], file);
      continue;
    }
    const data = Buffer.alloc(width * height * 3);
    let seed = i + 1;
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        const noise = (seed >>> 24) / 6;
        data[at++] = 90 + 60 * Math.sin(x / (40 + i * 9)) + noise;
        data[at++] = 90 + 60 * Math.sin(y / (30 + i * 5)) + noise;
        data[at++] = 90 + 60 * Math.sin((x + y) / 55) + noise;
      }
    }
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toFile(file);
  }
  return files;
}

function withThreads(document: PipelineDocument): PipelineDocument {
  const nodes = document.nodes.map((node) =>
    node.type === 'model.onnx' ? { ...node, params: { ...node.params, threads } } : node,
  );
  return { ...document, nodes };
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'tributary-bench-'));
try {
  const files = await makePictures(folder);
  const { document } = await openDocument(sample, makeLimits());
  const pipeline = withThreads(document);
  const engine = startEngine();
  const classify = (file: string): Promise<RunResult> =>
    engine.run({
      document: pipeline,
      folder: sample,
      inputs: { image: { kind: 'media', path: file, name: path.basename(file) } },
      noSamples: true,
    });
  const single = median(await timeCalls(() => classify(files[0]), repeats, 5));
  const jobs = os.availableParallelism() + 1;
  const before = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let i = next++; i < files.length; i = next++) await classify(files[i]);
    }),
  );
  const whole = performance.now() - before;
  await engine.close();
  console.log(
    `tributary: one 1080p picture ${single.toFixed(1)} ms; folder of ${pictures}: ${(whole / pictures).toFixed(1)} ms a picture with ${jobs} in flight`,
  );
  const python = findPython(['numpy', 'PIL', 'onnxruntime']);
  if (typeof python === 'string') console.log(`python peer not run: ${python}`);
  else {
    const script = fileURLToPath(new URL('./peers/classifier.py', import.meta.url));
    const model = path.join(sample, String(document.nodes.find((node) => node.type === 'model.onnx')?.params['model']));
    const ran = spawnSync(python.command, [script, model, String(threads), String(repeats), ...files], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (ran.status !== 0) throw new Error(ran.stderr);
    const peer = JSON.parse(ran.stdout) as { readonly singleMs: number; readonly folderMs: number };
    console.log(
      `python (Pillow, numpy, onnxruntime): one ${peer.singleMs.toFixed(1)} ms; folder ${(peer.folderMs / pictures).toFixed(1)} ms a picture`,
    );
    console.log(`ratio python / tributary, one picture: ${(peer.singleMs / single).toFixed(2)}x (aim 1.3x)`);
    console.log(`ratio python / tributary, folder of ${pictures}: ${(peer.folderMs / whole).toFixed(2)}x (aim 2x)`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
