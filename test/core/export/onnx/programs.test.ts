import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartFile } from '../../../../core/define/partFile.ts';
import { pythonExample } from '../../../../core/export/onnx/python.ts';
import { programName, readmeOf } from '../../../../core/export/onnx/readme.ts';
import { typescriptExample } from '../../../../core/export/onnx/typescript.ts';
import { compiledForm, copyOfSample } from '../../../compiled-form.ts';
import { root } from '../../../rules/sources.ts';
import { tempFolder } from '../../../temp-folder.ts';

/** A file that takes a picture and an optional sound, with whatever texts. */
function fileWith(name: string, doc: string, label: string): PartFile {
  const tensor = { name, dtype: 'uint8', unit: 'levels', shape: ['items', 'height', 4, 3] } as const;
  return {
    version: 1,
    pipeline: { name, sha256: 'a'.repeat(64) },
    part: 1,
    parts: 1,
    nodes: [{ id: 'n', type: 'image.flip', title: doc, params: { text: label } }],
    batch: false,
    oneItemBecause: [doc],
    inputs: [
      {
        name,
        type: { kind: 'image', sequence: { count: 'one' }, width: 4, height: null, colour: 'rgb' },
        toRgb: true,
        geometry: false,
        tensors: [tensor],
        present: `${name}.present`,
        public: name,
        doc,
        before: [{ id: 'n', type: 'input.image', title: label }],
      },
    ],
    outputs: [
      {
        name: `${name}!`,
        type: { kind: 'scores', sequence: { count: 'one' }, classes: 1, labels: [label], form: 'logits' },
        carried: { kind: 'scores', labels: [label], form: 'logits', chosen: false },
        tensors: [{ name: `${name}!`, dtype: 'float32', unit: '', shape: [1, 1] }],
        present: null,
        needs: [],
        publics: [],
        doc,
      },
    ],
    models: [{ node: 'n', path: name, sha256: 'b'.repeat(64), licence: label }],
    leftOut: [doc],
    tolerance: 0,
  };
}

const nasty = fc.oneof(
  fc.constantFrom(
    '"',
    "'",
    '`',
    '$' + '{process.exit(1)}',
    '\n',
    '\r\n',
    '\\',
    '*/',
    '"""',
    '{{x}}',
    '$(id)',
    '\u2028',
    'é🙂',
    '</script>',
    '#',
    '```',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const text = fc.array(nasty, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));

describe('texts of a pipeline stay texts', () => {
  it('in the program in TypeScript', () => {
    fc.assert(
      fc.property(text, text, text, (name, doc, label) => {
        const program = typescriptExample(`${name}.onnx`, 'p.mts', fileWith(name, doc, label));
        const begin = program.indexOf('\nconst part = ') + '\nconst part = '.length;
        const { inputs, outputs } = fileWith(name, doc, label);
        // What is evaluated is the literal alone: it ends where the program's own text begins.
        const literal = program.slice(begin, program.indexOf(';\n\ntype Feeds', begin));
        expect(new Function(`return ${literal}`)()).toEqual({ inputs, outputs });
        const file = /^const file = (".*");$/m.exec(program)?.[1] ?? '';
        expect(decodeURIComponent(JSON.parse(file))).toBe(`./${name}.onnx`);
      }),
    );
  });

  it('in the program in Python, whose every other line is the same', () => {
    const plain = pythonExample('a.onnx', 'p.py', fileWith('a', 'b', 'c')).split('\n');
    fc.assert(
      fc.property(text, text, text, (name, doc, label) => {
        const lines = pythonExample(`${name}.onnx`, 'p.py', fileWith(name, doc, label)).split('\n');
        expect(lines).toHaveLength(plain.length);
        const other = lines.filter((line, at) => line !== plain[at] && !line.startsWith('#'));
        expect(other).toHaveLength(1);
        const [, literal] = /^FILE = .*__file__\)\), "([ -~]*)"\)$/.exec(other[0]) ?? [];
        const read = literal.replace(/\\U([0-9a-f]{8})|\\(.)/g, (_, point, sign) =>
          point === undefined ? sign : String.fromCodePoint(Number.parseInt(point, 16)),
        );
        expect(read).toBe(`${name}.onnx`);
      }),
    );
  });

  it('in the README, line by line', () => {
    const told = (name: string, doc: string, label: string) =>
      readmeOf(
        name,
        [{ name: 'p.onnx', file: fileWith(name, doc, label), sha256: 'c'.repeat(64), bytes: 1 }],
        [{ node: name, type: 't', title: label, why: doc, besides: [] }],
      ).split('\n');
    const plain = told('a', 'b', 'c').length;
    fc.assert(
      fc.property(text, text, text, (name, doc, label) => {
        expect(told(name, doc, label)).toHaveLength(plain);
      }),
    );
  });
});

it('says what the file is, takes and gives', () => {
  const file = fileWith('photo', 'What is seen.', 'cat');
  const page = readmeOf('Cats', [{ name: 'cats.onnx', file, sha256: 'c'.repeat(64), bytes: 1234 }], []);
  expect(page).toContain('# Cats, compiled');
  expect(page).toContain('One ONNX file that does');
  expect(page).toContain(
    '- `photo`: What is seen. A decoded picture, turned as its EXIF says, in RGB. Before it: cat.',
  );
  expect(page).toContain('  - `photo`: `uint8 [items, height, 4, 3]`, levels');
  expect(page).toContain('  - `photo.present`: `bool [items]`, false where it is missing');
  expect(page).toContain('licence cat');
  expect(page).toContain('python cats.py [photo=path.jpg]');
  expect(programName('cats.onnx', 'npx tsx')).toBe('cats.mts');
});

it('the program in TypeScript runs the file, without modalities that are not given', async () => {
  const folder = tempFolder();
  const sample = copyOfSample('event-detector', folder);
  const { compiled, written } = await compiledForm(sample, 'events');
  const name = path.basename(written[0].file);
  const program = path.join(sample, programName(name, 'npx tsx'));
  writeFileSync(program, typescriptExample(name, path.basename(program), compiled.parts[0].file));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const loader = path.join(root, 'node_modules/tsx/dist/loader.mjs');
  const run = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, ['--import', loader, program, ...args]);
  const { stdout } = await run(`image=${path.join(sample, 'media/storm.jpg')}`);
  expect(stdout).toMatch(/^event: storm at sea 0\.9/m);
  expect(stdout).toMatch(/^soundScores.scores: no answer without resample.audio$/m);
  await expect(run('foto=x.jpg')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('foto=x.jpg is not name=path; the names are image, '),
  });
}, 180_000);
