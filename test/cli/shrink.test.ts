import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShrinkReport } from '../../core/onnx/shrink/report.ts';
import { root } from '../rules/sources.ts';
import { command } from './command.ts';

let folder: string;
let images: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-')));
  cpSync(path.join(root, 'samples/picture-classifier'), folder, { recursive: true });
  images = `image=${path.join(folder, 'media', '*.jpg')}`;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const models = () => readdirSync(path.join(folder, 'models')).sort();
const document = () => readFileSync(path.join(folder, 'picture-classifier.tributary.json'), 'utf8');

describe('tributary shrink', { timeout: 240_000 }, () => {
  it('says what int8 comes to on the samples, and leaves nothing behind', async () => {
    const before = document();
    const ran = await command([
      'shrink',
      folder,
      '--to',
      'int8-static',
      '--input',
      images,
      '--budget',
      '2',
      '--bits',
      '7',
    ]);
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^Shrunk to int8-static\nsize {5}391 KB → 127 KB \(32 %\)\nlatency {2}[\d.]+ (ms|µs) → /);
    expect(ran.out).toMatch(/^answers {2}top-1 same on \d of 7, largest difference .* \(7 samples\)$/m);
    expect(ran.out).toMatch(/^worst {4}\S+\.jpg: top-1/m);
    expect(ran.out).toMatch(/static int8: 11 layers, weights of 7 bits .* calibrated by minMax on 7 runs/);
    expect(ran.out).toMatch(/! All of this stands on 7 runs/);
    expect(ran.out).toMatch(/Nothing was kept/);
    expect(models()).toEqual(['labels.txt', 'scenes.onnx']);
    expect(document()).toBe(before);
  });

  it('applies the fastest mix within a drop, recorded with where it came from, and answers stay', async () => {
    const args = ['--to', 'int8-static', '--max-drop', '1%', '--input', images, '--no-latency', '--apply', '--json'];
    const ran = await command(['shrink', folder, '--node', 'model', ...args]);
    expect(ran.err).toBe('');
    const { report, applied } = JSON.parse(ran.out) as { readonly report: ShrinkReport; readonly applied: boolean };
    expect(applied).toBe(true);
    expect(report.latency).toBeNull();
    expect(report.answers.bestSame).toEqual({ same: 7, of: 7 });
    const [{ shrink, path: made, nodes }] = report.models;
    expect(nodes).toEqual(['model']);
    expect(shrink.search?.drop).toBeLessThanOrEqual(0.01);
    expect(shrink.sensitivity).toHaveLength(11);
    for (const { relative, operator } of shrink.sensitivity) {
      expect(relative).toBeGreaterThan(0);
      expect(['Conv', 'Gemm']).toContain(operator);
    }
    expect(made).toBe('models/scenes.int8-static.onnx');
    expect(existsSync(path.join(folder, made))).toBe(true);
    const { nodes: all, files } = JSON.parse(document());
    expect(all.find(({ id }: { id: string }) => id === 'model').params.model).toBe(made);
    expect(files.find((file: { path: string }) => file.path === made).source).toContain(
      'made int8-static by Tributary',
    );
    const again = await command(['run', folder, '--json']);
    expect(again.code).toBe(0);
  });

  it('keeps a file under a name of its own', async () => {
    const args = ['--to', 'float16', '--output', 'models/half.onnx', '--no-latency'];
    const made = await command(['shrink', folder, ...args]);
    expect(made.err).toBe('');
    expect(made.out).toMatch(/kept → models\/half\.onnx/);
    expect(models()).toEqual(['half.onnx', 'labels.txt', 'scenes.onnx']);
  });

  it('refuses what it cannot do with the reason', async () => {
    const cases: readonly [readonly string[], number, RegExp][] = [
      [[], 2, /--to <method>/],
      [['--to', 'int2'], 2, /Allowed choices are float16, int8/],
      [['--to', 'int8', '--no-latency'], 5, /Nothing in "models\/scenes\.onnx" can be made int8[\s\S]*try int8-static/],
      [['--to', 'float16', '--node', 'photo'], 2, /"photo" is no node with a model[\s\S]*Nodes with models: model/],
      [['--to', 'float16', '--max-drop', 'much'], 2, /must be a number above 0/],
      [['--to', 'float16', '--output', '../half.onnx', '--no-latency'], 3, /path-outside/],
    ];
    for (const [args, code, words] of cases) {
      const ran = await command(['shrink', folder, ...args]);
      expect([args, ran.code, ran.err]).toEqual([args, code, expect.stringMatching(words)]);
    }
  });
});
