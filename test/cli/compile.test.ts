import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { partOf } from '../../core/lower/partSchema.ts';
import { readModel } from '../../core/onnx/read.ts';
import { copyOfSample } from '../compiled-form.ts';
import { tempFolder } from '../temp-folder.ts';
import { command } from './command.ts';

/** How `--json` tells what was made. */
interface Report {
  readonly parts: readonly {
    readonly file: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly nodes: readonly { readonly id: string }[];
    readonly batch: boolean;
    readonly inputs: readonly { readonly name: string }[];
    readonly outputs: readonly { readonly name: string }[];
    readonly tolerance: number;
  }[];
  readonly outside: readonly { readonly node: string; readonly why: string }[];
  readonly compared: {
    readonly samples: number;
    readonly outputs: readonly { readonly output: string; readonly maxDifference: number }[];
  } | null;
  readonly examples: readonly string[];
  readonly document: string | null;
}

const slow = 240_000;

describe('tributary compile', () => {
  it(
    'writes one file with programs and a README, held against the nodes, and tells so as JSON',
    async () => {
      const folder = copyOfSample('picture-classifier', tempFolder());
      const into = tempFolder();
      const ran = await command(['compile', folder, '-o', path.join(into, 'new/scenes.onnx'), '--json', '--quiet']);
      expect(ran).toMatchObject({ code: 0, err: '' });
      const { parts, outside, compared, examples, document } = JSON.parse(ran.out) as Report;
      expect(readdirSync(path.join(into, 'new')).sort()).toEqual([
        'scenes.md',
        'scenes.mts',
        'scenes.onnx',
        'scenes.py',
      ]);
      expect(examples.map((file) => path.basename(file)).sort()).toEqual(['scenes.md', 'scenes.mts', 'scenes.py']);
      expect(document).toBeNull();
      expect(parts).toHaveLength(1);
      expect(parts[0]).toMatchObject({ file: path.join(into, 'new/scenes.onnx'), batch: true });
      expect(parts[0].nodes.map(({ id }) => id)).toEqual(['shrink', 'cut', 'normalise', 'model', 'probabilities']);
      expect(outside).toEqual([expect.objectContaining({ node: 'photo', type: 'input.image' })]);
      expect(compared?.samples).toBe(1);
      expect(compared?.outputs[0].maxDifference).toBeLessThan(parts[0].tolerance);
      // What stands in the file is what was told.
      const model = readModel(readFileSync(parts[0].file), 'scenes.onnx');
      const told = partOf(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])), 'scenes.onnx');
      expect(told).toMatchObject({ nodes: parts[0].nodes, inputs: parts[0].inputs, outputs: parts[0].outputs });
      expect(told?.models[0].sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(told?.outputs[0].carried).toMatchObject({ kind: 'scores', form: 'probabilities' });
      // Nothing is left behind beside the pipeline.
      expect(readdirSync(path.join(folder, '.tributary/compiled'))).toEqual([]);

      // Made again, the same file; something else in the place of a program is never replaced.
      const again = await command([
        'compile',
        folder,
        '-o',
        path.join(into, 'again.onnx'),
        '--no-verify',
        '--json',
        '-q',
      ]);
      expect((JSON.parse(again.out) as Report).parts[0].sha256).toBe(parts[0].sha256);
      writeFileSync(path.join(into, 'new/scenes.py'), 'print("mine")\n');
      const refused = await command(['compile', folder, '-o', path.join(into, 'new/scenes.onnx'), '--no-verify', '-q']);
      expect(refused.err).toContain('scenes.py');
      expect(refused.err).toContain('document-conflict');
      expect(readFileSync(path.join(into, 'new/scenes.py'), 'utf8')).toBe('print("mine")\n');
    },
    slow,
  );

  it(
    'takes a sample rate for granted, and writes the pipeline that uses the file, which runs',
    async () => {
      const folder = copyOfSample('sound-classifier', tempFolder());
      const document = path.join(folder, 'fused.tributary.json');
      const ran = await command([
        'compile',
        folder,
        '--document',
        document,
        '--assume',
        'sound.sampleRateHz=16000',
        '--no-examples',
      ]);
      expect(ran.code, ran.err).toBe(0);
      expect(ran.out).toMatch(/nodes +mono, resample, logMel, model, probabilities/);
      expect(ran.out).toMatch(/Against the nodes, on 1 sample/);
      expect(ran.out).toContain(document);
      expect(existsSync(path.join(folder, 'sound-classifier.onnx'))).toBe(true);
      expect(existsSync(path.join(folder, 'sound-classifier.py'))).toBe(false);

      const media = (name: string) => `sound=${path.join(folder, 'media', name)}`;
      const run = await command(['run', document, '--input', media('siren-16k.wav'), '--json', '--quiet']);
      expect(run.code, run.err).toBe(0);
      expect(run.out).toContain('"siren"');
      // What was taken for granted does not hold for every file: that is a problem, not another answer.
      const other = await command(['run', document, '--input', media('bell-44k-24bit-stereo.wav'), '--quiet']);
      expect(other.code).toBe(4);
      expect(other.err).toContain('it has 44100 Hz, and the file was compiled for 16000 Hz');
    },
    slow,
  );

  it(
    'runs and measures a pipeline compiled',
    async () => {
      const folder = copyOfSample('text-classifier', tempFolder());
      const run = await command(['run', folder, '--fused', '--json', '--quiet']);
      expect(run.code, run.err).toBe(0);
      const { nodes } = JSON.parse(run.out) as { readonly nodes: Readonly<Record<string, unknown>> };
      expect(Object.keys(nodes).sort()).toEqual(['compiled', 'intent', 'message', 'tokens']);
      const compared = await command([
        ...['profile', folder, '--compare-fused', '--runs', '2', '--budget', '2'],
        ...['--no-operators', '--no-keep', '--json', '--quiet'],
      ]);
      expect(compared.code, compared.err).toBe(0);
      const { fused } = JSON.parse(compared.out) as {
        readonly fused: {
          readonly form: { readonly parts: readonly { readonly nodes: readonly string[] }[] };
          readonly groups: readonly { readonly nodes: readonly string[] }[];
          readonly answers: { readonly maxDifference: number };
          readonly words: readonly string[];
        };
      };
      expect(fused.form.parts[0].nodes).toEqual(['model', 'probabilities']);
      expect(fused.groups.map(({ nodes }) => nodes)).toEqual([
        ['model', 'probabilities'],
        ['message', 'tokens', 'intent'],
      ]);
      expect(fused.answers.maxDifference).toBeLessThan(1e-5);
      expect(fused.words[0]).toMatch(/^Compiled: /);
    },
    slow,
  );
});

describe('what cannot be compiled is a clear problem', () => {
  const texts = (to: string) =>
    JSON.stringify({
      schemaVersion: 1,
      name: 'Texts',
      inputs: { text: { node: 't' } },
      outputs: { text: { node: 'o' } },
      nodes: [
        { id: 't', type: 'input.text@1', params: { text: 'hi' }, position: { x: 0, y: 0 } },
        { id: 'n', type: 'text.normalise@1', position: { x: 0, y: 0 } },
        { id: 'o', type: 'output.text@1', position: { x: 0, y: 0 } },
      ],
      wires: [
        { from: 't.text', to: 'n.text' },
        { from: 'n.text', to },
      ],
    });

  it(
    'a pipeline without anything to compile, one with errors, a model that is damaged, a file that cannot be written',
    async () => {
      const folder = tempFolder();
      const file = path.join(folder, 'texts.tributary.json');
      writeFileSync(file, texts('o.value'));
      const nothing = await command(['compile', file, '-o', path.join(folder, 'x.onnx')]);
      expect(nothing.code).toBe(3);
      expect(nothing.err).toContain('not-lowerable');
      expect(nothing.err).toContain('"n": "text.normalise" (Normalise text) has no form as operators of ONNX.');
      expect(nothing.err).not.toContain('..');

      writeFileSync(file, texts('o.nope'));
      const wrong = await command(['compile', file]);
      expect(wrong.code).toBe(3);
      expect(wrong.err).toContain('wire-dangling');

      const sample = copyOfSample('picture-classifier', tempFolder());
      const unwritable = await command(['compile', sample, '-o', '/proc/nope/x.onnx']);
      expect(unwritable).toMatchObject({ code: 4, out: '' });
      expect(unwritable.err).toContain('output-unwritable');
      const model = path.join(sample, 'models/scenes.onnx');
      writeFileSync(model, readFileSync(model).subarray(0, 5000));
      const damaged = await command(['compile', sample, '-o', path.join(folder, 'x.onnx')]);
      expect(damaged.code).toBe(5);
      expect(damaged.err).toContain('model-invalid');
      expect(existsSync(path.join(folder, 'x.onnx'))).toBe(false);
    },
    slow,
  );

  it(
    'options that do not hold together',
    async () => {
      const folder = copyOfSample('sound-classifier', tempFolder());
      const wrong = await command(['compile', folder, '--assume', 'sond.sampleRateHz=16000'], { cwd: tempFolder() });
      expect(wrong).toMatchObject({ code: 2, out: '' });
      expect(wrong.err).toContain('did you mean "sound"?');
      const elsewhere = await command(['compile', folder, '--document', path.join(tempFolder(), 'd.tributary.json')]);
      expect(elsewhere).toMatchObject({ code: 2, out: '' });
      expect(elsewhere.err).toContain('another folder than the pipeline');
    },
    slow,
  );
});

it(
  'the program in Python can be read by Python, where there is one',
  async () => {
    const folder = copyOfSample('event-detector', tempFolder());
    const into = tempFolder();
    await command(['compile', folder, '-o', path.join(into, 'events.onnx'), '--no-verify', '--quiet']);
    const readme = readFileSync(path.join(into, 'events.md'), 'utf8');
    expect(readme).toContain('python events.py [image=path.jpg]');
    const compiles = promisify(execFile)('python3', ['-m', 'py_compile', path.join(into, 'events.py')]);
    await compiles.catch((error: { readonly code?: unknown }) => {
      if (error.code !== 'ENOENT') throw error;
    });
  },
  slow,
);
