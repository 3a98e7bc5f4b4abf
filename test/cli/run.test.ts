import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../temp-folder.ts';
import { command } from './command.ts';

const nodes = `import { defineNode, p, port, Problem } from 'tributary';
const text = { text: port.text({ doc: 'text' }) };
export const shout = defineNode({
  type: 'my.shout', version: 1, title: 'Shout', summary: 'Makes text loud, and refuses "bad".',
  inputs: text, outputs: text, params: { waitMs: p.int({ default: 0, min: 0, max: 60000, unit: 'ms', doc: 'Waits.' }) },
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: async ({ inputs, params, host, signal }) => {
    if (inputs.text.text.startsWith('bad')) throw new Problem('value-invalid', { message: 'A bad word.', fix: 'Say another.' });
    if (inputs.text.text.startsWith('crash')) process.exit(3);
    console.log('a line of the node');
    await host.sleep(params.waitMs, signal);
    return { text: { kind: 'text' as const, text: inputs.text.text.trim().toUpperCase() } };
  },
  examples: [],
});
export const count = defineNode({
  type: 'my.count', version: 1, title: 'Count', summary: 'Scores of letters.',
  inputs: text, outputs: { scores: port.scores({ doc: 'share of each letter' }) }, params: {},
  infer: () => ({ scores: { kind: 'scores' as const, sequence: { count: 'one' as const }, classes: 2, labels: ['a', 'b'] } }),
  run: ({ inputs }) => {
    const share = (letter: string) => inputs.text.text.split(letter).length - 1;
    const total = Math.max(1, share('a') + share('b'));
    return { scores: { kind: 'scores' as const, data: Float32Array.of(share('a') / total, share('b') / total), labels: ['a', 'b'], form: 'probabilities' as const } };
  },
  examples: [],
});
`;

/** A pipeline of text in, loud text and shares of letters out, with the nodes above in a folder beside it. */
function pipeline(params: Readonly<Record<string, unknown>> = {}): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'nodes'));
  writeFileSync(path.join(folder, 'nodes', 'mine.ts'), nodes);
  const node = (id: string, type: string, of: Readonly<Record<string, unknown>> = {}) => ({
    id,
    type: `${type}@1`,
    params: of,
  });
  const document = {
    schemaVersion: 1,
    name: 'loud',
    inputs: { word: { node: 'word' } },
    outputs: { loud: { node: 'loud' }, letters: { node: 'letters' } },
    nodes: [
      node('word', 'input.text', { text: 'sample' }),
      node('shout', 'my.shout', params),
      node('count', 'my.count'),
      node('loud', 'output.text'),
      node('letters', 'output.scores'),
    ],
    wires: [
      { from: 'word.text', to: 'shout.text' },
      { from: 'word.text', to: 'count.text' },
      { from: 'shout.text', to: 'loud.value' },
      { from: 'count.scores', to: 'letters.value' },
    ],
  };
  writeFileSync(path.join(folder, 'loud.tributary.json'), JSON.stringify(document));
  return folder;
}

const run = (folder: string, args: readonly string[], options: Parameters<typeof command>[1] = {}) =>
  command(['run', '.', '--nodes', 'nodes', ...args], { cwd: folder, ...options });

it('prints a result that people read: text, and labels with bars', async () => {
  const { code, out, err } = await run(pipeline(), ['--input', 'word=aab b']);
  expect(err).toBe('a line of the node\n');
  expect(code).toBe(0);
  expect(out).toContain('AAB B');
  expect(out).toMatch(/^ {2}a {2}█{12}░{12} {2}0\.500$/m);
  expect(out).not.toContain('sample');
  expect(out).not.toContain('\u001b');
});

it('prints JSON for machines, and uses the sample only when nothing is given', async () => {
  const folder = pipeline();
  const [given, sample, none] = await Promise.all([
    run(folder, ['--input', 'word=ab', '--json']),
    run(folder, []),
    run(folder, ['--no-samples', '--json']),
  ]);
  const result = JSON.parse(given.out);
  expect(result.outputs.loud).toEqual({
    status: 'present',
    kind: 'text',
    sequence: 'one',
    items: [{ t: 0, value: { kind: 'text', text: 'AB' } }],
  });
  expect(result.outputs.letters.items[0].value.scores[0]).toEqual({ class: 0, label: 'a', score: 0.5 });
  expect(result.nodes.shout.state).toBe('ran');
  expect(sample.out).toContain('SAMPLE');
  expect(sample.out).toContain('samples of the pipeline are used for word');
  expect(none.code).toBe(4);
  expect(JSON.parse(none.out).error.code).toBe('input-missing');
});

it('reads standard input and @files', async () => {
  const folder = pipeline();
  writeFileSync(path.join(folder, 'word.txt'), 'from a file');
  const [piped, file, broken] = await Promise.all([
    run(folder, ['--input', 'word=-'], { input: 'piped ü' }),
    run(folder, ['--input', 'word=@word.txt']),
    run(folder, ['--input', 'word=-'], { input: Uint8Array.of(0xff, 0xfe, 0x41) }),
  ]);
  expect(piped.out).toContain('PIPED Ü');
  expect(file.out).toContain('FROM A FILE');
  expect(broken.code).toBe(4);
  expect(broken.err).toContain('text-encoding');
});

it('runs a batch: lines in order, one bad item does not stop the others, the exit code tells', async () => {
  const folder = pipeline();
  mkdirSync(path.join(folder, 'words'));
  const words = ['one', 'two', 'bad', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'];
  for (const [i, word] of words.entries()) writeFileSync(path.join(folder, 'words', `w${i + 1}.txt`), word);
  const [whole, some] = await Promise.all([
    run(folder, ['--input', 'word=@words', '--jobs', '3', '--output', 'results']),
    run(folder, ['--input', 'word=@words/w1*.txt']),
  ]);
  const lines = whole.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.item)).toEqual(words.map((_, i) => `w${i + 1}.txt`));
  expect(lines[2].error.code).toBe('value-invalid');
  expect(lines[10].outputs.loud.items[0].value.text).toBe('ELEVEN');
  expect(whole.code).toBe(4);
  expect(whole.err).toContain('10 done, 1 failed');
  expect(readFileSync(path.join(folder, 'results', 'w11.loud.txt'), 'utf8')).toBe('ELEVEN\n');
  expect(readdirSync(path.join(folder, 'results')).length).toBe(20);
  expect(some.code).toBe(0);
  expect(some.out.trim().split('\n').length).toBe(3);
});

it('goes on with a batch when one item ends the engine', async () => {
  const folder = pipeline();
  mkdirSync(path.join(folder, 'words'));
  for (const [i, word] of ['one', 'crash', 'three'].entries())
    writeFileSync(path.join(folder, 'words', `${i}.txt`), word);
  const { code, out } = await run(folder, ['--input', 'word=@words', '--jobs', '1']);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.error?.code ?? 'fine')).toEqual(['fine', 'engine-died', 'fine']);
  expect(code).toBe(5);
});

it('writes outputs to files that are named, in the format of their ending', async () => {
  const folder = pipeline();
  const { code, out } = await run(folder, [
    '--input',
    'word=ab',
    '--output',
    'letters=out/letters.csv',
    '--output',
    'loud=loud.txt',
  ]);
  expect(code).toBe(0);
  expect(out).toContain('letters.csv');
  expect(readFileSync(path.join(folder, 'out', 'letters.csv'), 'utf8')).toBe('class,label,score\n0,a,0.5\n1,b,0.5\n');
  const [ending, name] = await Promise.all([
    run(folder, ['--input', 'word=ab', '--output', 'loud=loud.png']),
    run(folder, ['--input', 'word=ab', '--output', 'laud=loud.txt']),
  ]);
  expect([ending.code, name.code]).toEqual([2, 2]);
  expect(name.err).toContain('Did you mean "loud"?');
});

it('answers wrong inputs with what was meant', async () => {
  const folder = pipeline();
  const [name, path_, form, twice, url] = await Promise.all([
    run(folder, ['--input', 'wort=x']),
    run(folder, ['--input', 'word=@nowhere.txt']),
    run(folder, ['--input', 'word']),
    run(folder, ['--input', 'word=x', '--input', 'word=y']),
    run(folder, ['--input', 'word=@https://example.org/x']),
  ]);
  expect([name.code, path_.code, form.code, twice.code, url.code]).toEqual([2, 4, 2, 2, 2]);
  expect(name.err).toContain('Did you mean "word"?');
  for (const ran of [name, path_, form, twice, url]) expect(ran.err).not.toMatch(/\n\s+at /);
});

it('gives up after its timeout, and cancels on Ctrl-C', async () => {
  const folder = pipeline({ waitMs: 60_000 });
  const late = await run(folder, ['--input', 'word=x', '--timeout', '0.5', '--json']);
  expect(late.code).toBe(6);
  expect(JSON.parse(late.out).error.code).toBe('deadline');
  let stoppedAt = 0;
  const { code, err } = await run(folder, ['--input', 'word=x'], {
    onStart: (kill) =>
      setTimeout(() => {
        stoppedAt = performance.now();
        kill('SIGINT');
      }, 5000),
  });
  expect(code).toBe(130);
  expect(err).toContain('cancelled');
  expect(performance.now() - stoppedAt).toBeLessThan(5000);
});

it('does not fail when its reader goes away', async () => {
  const folder = pipeline();
  mkdirSync(path.join(folder, 'words'));
  for (let i = 0; i < 30; i++) writeFileSync(path.join(folder, 'words', `${i}.txt`), 'x'.repeat(5000));
  const { code } = await run(folder, ['--input', 'word=@words'], { closeOutput: true });
  expect(code).toBe(0);
});
