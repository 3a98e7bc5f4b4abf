import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { generatedPages, stalePages } from '../../scripts/write-docs.ts';
import { nodeFiles, registryFile, registryText } from '../../scripts/write-registry.ts';
import { bareCode, projectFiles, root, sourcesIn } from './sources.ts';

const folders = ['core', 'nodes', 'host', 'cli', 'server', 'scripts', 'bench', 'test', 'samples'];
const isNode = (file: string) => /^nodes\/(?!kernels\/)[^/]+\/[^/]+\.ts$/.test(file);

it('files are short: 120 lines for a node, 400 for others', () => {
  const wrong = sourcesIn('core', 'nodes', 'host', 'cli', 'server', 'scripts')
    .map(({ file, text }) => ({ file, lines: text.trimEnd().split('\n').length }))
    .filter(({ file, lines }) => lines > (isNode(file) ? 120 : 400))
    .map(({ file, lines }) => `${file} has ${lines} lines`);
  expect(wrong).toEqual([]);
});

it('no file or folder has a name that says nothing', () => {
  const nothing = /(^|\/)(utils?|common|shared|helpers?|misc|general)(\/|\.[a-z.]+$)/i;
  expect(projectFiles().filter((file) => nothing.test(file))).toEqual([]);
});

it('every export has a name of its own: no default exports, no export *', () => {
  // Tools that load a file by its default export: the test runner's configuration and reporter.
  const asked = ['scripts/test-report.mjs'];
  const wrong = sourcesIn(...folders)
    .filter(({ file, text }) => !asked.includes(file) && /^export (default\b|\*)/m.test(bareCode(text)))
    .map(({ file }) => file);
  expect(wrong).toEqual([]);
});

it('nothing is left for later or kept from running', () => {
  const wrong = sourcesIn(...folders).flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        new RegExp(`\\b(${'TO'}DO|${'FIX'}ME|${'X'}XX)\\b|\\b(it|describe)\\.(only|${'to'}do|skip)\\(`).test(line)
          ? [`${file}:${i + 1}`]
          : [],
      ),
  );
  expect(wrong).toEqual([]);
});

it('no any, and no casts in nodes', () => {
  const wrong = sourcesIn('core', 'nodes', 'host', 'cli').flatMap(({ file, text }) =>
    bareCode(text)
      .split('\n')
      .flatMap((line, i) => {
        const cast =
          isNode(file) && / as (?!const\b)/.test(line) && !/^(import|export)\b|^\s+[\w]+ as [\w]+,?$/.test(line);
        return cast || /(:|<|\bas|,) any\b/.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [];
      }),
  );
  expect(wrong).toEqual([]);
});

it("a node's type, file and test say the same name", () => {
  const wrong: string[] = [];
  for (const { family, name } of nodeFiles()) {
    const text = readFileSync(path.join(root, `nodes/${family}/${name}.ts`), 'utf8');
    const type = /^\s*type: '([^']+)'/m.exec(text)?.[1];
    if (type !== `${family}.${name}`) wrong.push(`nodes/${family}/${name}.ts defines "${type}"`);
    const test = `test/nodes/${family}/${name}.test.ts`;
    if (!existsSync(path.join(root, test))) wrong.push(`${test} is not there`);
    else if (!readFileSync(path.join(root, test), 'utf8').includes('testNode('))
      wrong.push(`${test} does not call testNode`);
  }
  expect(wrong).toEqual([]);
});

it('the registry holds every node (npm run registry)', () => {
  expect(readFileSync(path.join(root, registryFile), 'utf8')).toBe(registryText());
});

it('the generated docs are fresh (npm run docs)', () => {
  const pages = generatedPages();
  const wrong = [...pages].filter(([file, text]) => {
    const full = path.join(root, file);
    return !existsSync(full) || readFileSync(full, 'utf8') !== text;
  });
  expect(wrong.map(([file]) => file)).toEqual([]);
  expect(stalePages(pages)).toEqual([]);
});

it('each top folder has a README of at most 40 lines', () => {
  for (const folder of ['core', 'nodes', 'host', 'cli', 'samples', 'bench', 'test', 'docs', 'scripts']) {
    const file = path.join(root, folder, 'README.md');
    expect(existsSync(file), `${folder}/README.md`).toBe(true);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length, `${folder}/README.md`).toBeLessThanOrEqual(40);
  }
});
