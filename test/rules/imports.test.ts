import { expect, it } from 'vitest';
import { bareCode, type Import, importsOf, type SourceFile, sourcesIn } from './sources.ts';

/** DESIGN: each folder of core imports only those named here, and itself. */
const coreFolders: Readonly<Record<string, readonly string[]>> = {
  kinds: [],
  problems: [],
  define: ['kinds', 'problems'],
  onnx: ['kinds', 'problems', 'define'],
  graph: ['kinds', 'problems', 'define'],
  check: ['kinds', 'problems', 'define', 'graph'],
  plan: ['kinds', 'problems', 'define', 'graph', 'check'],
  lower: ['kinds', 'problems', 'define', 'onnx', 'graph', 'check', 'plan'],
  run: ['kinds', 'problems', 'define', 'graph', 'check', 'plan'],
  profile: ['kinds', 'problems', 'define', 'onnx', 'graph', 'check', 'plan', 'run'],
  serve: ['kinds', 'problems', 'define', 'graph', 'check', 'plan', 'run', 'profile'],
  export: ['kinds', 'problems', 'define', 'onnx', 'graph', 'check', 'plan', 'lower', 'run', 'profile', 'serve'],
  studio: ['kinds', 'problems', 'define', 'onnx', 'graph', 'check', 'plan', 'run', 'profile', 'serve'],
};
const corePackages = ['zod', '@bufbuild/protobuf', '@bufbuild/protobuf/codegenv2', '@bufbuild/protobuf/wire', 'yaml'];
const kernelPackages = ['@huggingface/tokenizers'];
const nativePackages = ['onnxruntime-node', 'sharp', 'fluent-ffmpeg'];
const machineModules = ['fs', 'fs/promises', 'child_process', 'worker_threads'].flatMap((name) => [
  name,
  `node:${name}`,
]);

function breaches(
  sources: readonly SourceFile[],
  allowed: (file: SourceFile, imported: Import) => boolean,
): readonly string[] {
  return sources.flatMap((source) =>
    importsOf(source)
      .filter((imported) => !allowed(source, imported))
      .map((imported) => `${source.file} imports ${imported.target}`),
  );
}

it('reads the imports of a file', () => {
  const text = `import { a } from './a.ts';\nimport type { B } from '../kinds/b.ts';\nexport { c } from 'zod';\nimport 'side';\nimport {\n  d,\n} from "./d.ts";\n// import { no } from './no.ts';\nconst e = await import('node:fs');\nconst s = "import { x } from 'y'";\n`;
  expect(importsOf({ file: 'core/define/x.ts', text }).map((i) => i.target)).toEqual([
    'core/define/a.ts',
    'core/kinds/b.ts',
    'zod',
    'core/define/d.ts',
    'side',
    'node:fs',
  ]);
});

it('core imports only core, each folder only those before it', () => {
  const sources = sourcesIn('core');
  expect(sources.length).toBeGreaterThan(20);
  const wrong = breaches(sources, ({ file }, { target, local }) => {
    if (!local) return corePackages.includes(target);
    const [from, to] = [file.split('/')[1], target.split('/')[1]];
    expect(coreFolders, `${file}: core/${from} has no place in the order`).toHaveProperty(from);
    return target.startsWith('core/') && (from === to || coreFolders[from].includes(to));
  });
  expect(wrong).toEqual([]);
});

it('nodes import only definitions, kinds, problems and kernels', () => {
  const sources = sourcesIn('nodes').filter(
    ({ file }) => !file.startsWith('nodes/kernels/') && file !== 'nodes/registry.ts',
  );
  expect(sources.length).toBeGreaterThan(20);
  const folders = ['core/define/', 'core/kinds/', 'core/problems/', 'nodes/kernels/'];
  expect(breaches(sources, (_, { target }) => folders.some((folder) => target.startsWith(folder)))).toEqual([]);
});

it('kernels import only kinds, problems, limits, each other and pure packages', () => {
  const folders = [
    'core/kinds/',
    'core/problems/',
    'core/define/limits.ts',
    'core/define/batchable.ts',
    'nodes/kernels/',
  ];
  const wrong = breaches(sourcesIn('nodes/kernels'), (_, { target, local, typeOnly }) => {
    if (!local) return kernelPackages.includes(target);
    return folders.some((folder) => target.startsWith(folder)) || (typeOnly && target.startsWith('core/define/'));
  });
  expect(wrong).toEqual([]);
});

it('host serves core and shares the kernels; only the engine process composes it with nodes', () => {
  const wrong = breaches(sourcesIn('host'), ({ file }, { target, local }) => {
    if (!local) return true;
    if (target.startsWith('nodes/') && !target.startsWith('nodes/kernels/'))
      return file.startsWith('host/engine/') && target === 'nodes/registry.ts';
    return /^(core|host|nodes\/kernels)\//.test(target);
  });
  expect(wrong).toEqual([]);
});

it('only host touches native packages, files, processes and threads', () => {
  const sources = sourcesIn('core', 'nodes', 'cli', 'server', 'samples').filter(
    ({ file }) => file !== 'cli/tributary.mjs' && !file.startsWith('samples/training/'),
  );
  const refused = [...nativePackages, ...machineModules, 'esbuild'];
  expect(breaches(sources, (_, { target }) => !refused.includes(target))).toEqual([]);
});

it('the face knows only core, and speaks to the back end through its contract', () => {
  const packages =
    /^(react|react-dom|@xyflow\/react|zustand|lucide-react|elkjs|@observablehq\/plot|vite|@vitejs\/plugin-react|@fontsource-variable)(\/|$)/;
  const sources = sourcesIn('renderer').filter(({ file }) => file !== 'renderer/vite.config.ts');
  expect(sources.length).toBeGreaterThan(20);
  const wrong = breaches(sources, (_, { target, local }) =>
    local ? /^(core|renderer)\//.test(target) : packages.test(target),
  );
  expect(wrong).toEqual([]);
});

it('the back end serves whoever carries its words: it knows neither face nor desktop', () => {
  const wrong = breaches(sourcesIn('server'), (_, { target, local }) =>
    local ? /^(core|host|server|nodes\/registry)/.test(target) : !/^(electron|react)/.test(target),
  );
  expect(wrong).toEqual([]);
});

it('only the desktop imports Electron, and it only carries', () => {
  const outside = breaches(
    sourcesIn('core', 'nodes', 'host', 'server', 'cli', 'renderer'),
    (_, { target }) => target !== 'electron',
  );
  expect(outside).toEqual([]);
  const inside = breaches(sourcesIn('electron'), (_, { target, local }) =>
    local ? /^(core|host|server|electron)\//.test(target) : !nativePackages.includes(target),
  );
  expect(inside).toEqual([]);
});

it('the command composes: nobody imports it but scripts and tests', () => {
  const sources = sourcesIn('core', 'nodes', 'host', 'server', 'samples', 'renderer', 'electron');
  expect(breaches(sources, (_, { target }) => !target.startsWith('cli/') && !target.startsWith('test/'))).toEqual([]);
});

it('no clock, chance, network, timer or process in core and nodes', () => {
  const forbidden =
    /\b(?:new Date|Date\.|Math\.random|fetch\(|setTimeout|setInterval|setImmediate|queueMicrotask|process\.|Buffer\.|require\(|globalThis|XMLHttpRequest|performance\.)/;
  const wrong = sourcesIn('core', 'nodes').flatMap(({ file, text }) =>
    bareCode(text)
      .split('\n')
      .flatMap((line, i) => (forbidden.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );
  expect(wrong).toEqual([]);
});
