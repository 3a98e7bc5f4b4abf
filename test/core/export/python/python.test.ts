import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fastapi } from '../../../../core/export/fastapi/target.ts';
import { titleOf } from '../../../../core/export/names.ts';
import { assumedOf } from '../../../../core/export/python/assume.ts';
import { ray } from '../../../../core/export/ray/target.ts';
import type { ExportInput } from '../../../../core/export/target.ts';
import { compilePipeline } from '../../../../core/lower/compile.ts';
import { openSources } from '../../../../host/compile/sources.ts';
import { openWorkspace } from '../../../../host/files/workspace.ts';
import { root } from '../../../rules/sources.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, type SampleName, textOf } from '../exportInput.ts';
import { hostileText } from '../hostile.ts';
import { writeFiles } from '../writeFiles.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** A sample with its compiled files, named by hostile names where `text` is given. */
async function compiledInput(sample: SampleName, text?: string): Promise<ExportInput> {
  const plain = await inputOf(sample);
  const input = text === undefined ? plain : renamed(plain, text);
  const bytes = await openSources(await openWorkspace(path.join(root, 'samples', sample)), input.checked);
  const compiled = compilePipeline(input.checked, {
    bytes,
    sha256: 'a'.repeat(64),
    assume: assumedOf(input.checked),
  });
  return { ...input, compiled: { ...compiled, names: compiled.parts.map((_, at) => `part-${at + 1}.onnx`) } };
}

const dataSchema = z.object({
  title: z.string(),
  inputs: z.array(z.object({ name: z.string(), kind: z.string(), required: z.boolean() })),
  outputs: z.array(z.object({ name: z.string() })),
  serving: z.object({ running: z.number(), waiting: z.number(), batch: z.number(), cores: z.number() }),
  parts: z.array(
    z.object({
      file: z.string(),
      inputs: z.array(
        z.object({
          name: z.string(),
          kind: z.string(),
          source: z.object({ from: z.string(), name: z.string(), tokenise: z.unknown() }),
          sampleRateHz: z.number().optional(),
          colour: z.string().optional(),
          opaque: z.boolean().optional(),
        }),
      ),
      outputs: z.array(z.object({ publics: z.array(z.string()), kind: z.string() })),
    }),
  ),
});

const dataOf = (input: ExportInput) => dataSchema.parse(JSON.parse(textOf(fastapi.files(input, {}), 'pipeline.json')));

it('what decodes is all that stays outside: pictures become RGB, sound comes at the rate of the pipeline', async () => {
  const detector = await compiledInput('detector');
  expect(assumedOf(detector.checked)).toEqual({ 'photo.image': { colour: 'rgb' } });
  expect(dataOf(detector).parts[0].inputs).toMatchObject([{ source: { name: 'image' }, colour: 'rgb', opaque: true }]);
  const sound = await compiledInput('sound-classifier');
  expect(assumedOf(sound.checked)).toEqual({ 'clip.audio': { sampleRateHz: 16000 } });
  expect(dataOf(sound).parts[0].inputs).toMatchObject([{ kind: 'audio', sampleRateHz: 16000 }]);
});

it('text is tokenised as the pipeline does it, by its own tokenizer', async () => {
  const input = await compiledInput('text-classifier');
  const files = fastapi.files(input, {});
  expect(dataOf(input).parts[0].inputs.map(({ source }) => source.tokenise)).toEqual([
    expect.objectContaining({ file: 'tokenizers/tokenizer-1.json', output: 'input_ids' }),
    expect.objectContaining({ file: 'tokenizers/tokenizer-1.json', output: 'attention_mask' }),
  ]);
  expect(files.find((file) => file.path === 'tokenizers/tokenizer-1.json')?.content).toEqual({
    named: 'models/tokenizer.json',
  });
  expect(textOf(files, 'requirements.txt')).toContain('tokenizers>=');
});

it('what a file cannot do is told: an output that is lost as a warning, a pipeline that cannot run as an error', async () => {
  const events = await compiledInput('event-detector');
  expect(fastapi.problems(events, {})).toMatchObject([
    { code: 'not-lowerable', severity: 'warning', message: expect.stringContaining('"report"') },
  ]);
  expect(dataOf(events).inputs.map(({ name, required }) => [name, required])).toEqual([
    ['image', false],
    ['sound', false],
    ['caption', false],
  ]);
  const video = await compiledInput('video-events');
  for (const target of [fastapi, ray]) {
    const [problem] = target.problems(video, {});
    expect(problem).toMatchObject({ code: 'not-lowerable', severity: 'error' });
    expect(problem.fix).toContain('container');
    expect(target.files(video, {})).toEqual([]);
  }
  const nothing = { ...(await inputOf('picture-classifier')), compiled: null };
  expect(ray.problems(nothing, {})).toMatchObject([{ code: 'not-lowerable', severity: 'error' }]);
});

it('the programs are the same for every pipeline, and names stay literal in their data (fault 94)', async () => {
  const plain = await compiledInput('event-detector');
  const programs = (input: ExportInput) =>
    [...fastapi.files(input, {}), ...ray.files(input, {})].filter(({ path: name }) => /\.py$|Dockerfile/.test(name));
  const expected = programs(plain);
  expect(expected.length).toBeGreaterThan(12);
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      fc.pre(text.length > 0);
      const input = await compiledInput('picture-classifier', text);
      expect(programs(input)).toEqual(expected);
      const data = dataOf(input);
      // JSON writes a lone half of a surrogate pair by its number, and reads it back.
      expect([data.title, data.inputs[0].name, data.outputs[0].name]).toEqual([titleOf(text, 200), text, text]);
      expect(data.parts[0].inputs[0].source.name).toBe(text);
      expect(data.parts[0].outputs[0].publics).toEqual([text]);
      const config = parse(textOf(ray.files(input, {}), 'serve_config.yaml'), { version: '1.1' });
      expect(config.applications[0].name).toMatch(/^[a-z][a-z0-9-]*$/);
    }),
    { numRuns: 12 },
  );
});

it('the same pipeline gives the same files', async () => {
  const files = async () => JSON.stringify(ray.files(await compiledInput('text-classifier'), {}));
  expect(await files()).toBe(await files());
});

it.runIf(hasPython)("Python's own compiler takes every program", async () => {
  for (const target of [fastapi, ray]) {
    const folder = tempFolder();
    const files = target.files(await compiledInput('picture-classifier'), {});
    writeFiles(folder, files);
    const programs = files.map((file) => file.path).filter((name) => name.endsWith('.py'));
    expect(programs.length).toBeGreaterThan(6);
    // Read as bytes, so that nothing is left beside them.
    const check =
      'import pathlib, sys\nfor name in sys.argv[1:]: compile(pathlib.Path(name).read_bytes(), name, "exec", dont_inherit=True)';
    execFileSync('python3', ['-W', 'error', '-c', check, ...programs.map((name) => path.join(folder, name))]);
  }
});
