// npm run new-node image.sharpen: writes a node, its test, and the registry anew.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { registryFile, registryText } from './write-registry.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The two files of a new node. Throws with a reason when the type does not fit. */
export function newNodeFiles(type: string): ReadonlyMap<string, string> {
  const match = /^([a-z]+)\.([a-z][A-Za-z0-9]*)$/.exec(type);
  if (match === null) throw new Error(`"${type}" is not family.name in letters and digits, such as image.sharpen`);
  const [, family, name] = match;
  if (family === 'kernels') throw new Error('nodes/kernels holds arithmetic, not nodes: choose another family');
  const exported = reserved.has(name) ? `${name}Node` : name;
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  const title = words[0].toUpperCase() + words.slice(1);
  return new Map([
    [`nodes/${family}/${name}.ts`, nodeText(type, exported, title)],
    [`test/nodes/${family}/${name}.test.ts`, testText(family, name, exported)],
  ]);
}

const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static'.split(
    ' ',
  ),
);

function nodeText(type: string, exported: string, title: string): string {
  return `import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';

export const ${exported} = defineNode({
  type: '${type}',
  version: 1,
  title: '${title}',
  summary: 'Multiplies every number of a vector by a factor; say here what it does.',
  inputs: { embedding: port.embedding({ doc: 'What comes in.' }) },
  outputs: { embedding: port.embedding({ doc: 'What goes out.' }) },
  params: { factor: p.number({ default: 2, min: -1000, max: 1000, doc: 'Each number is multiplied by it.' }) },
  infer: ({ inputs }) => ({ embedding: inputs.embedding }),
  run: ({ inputs, params }) => ({
    embedding: { kind: 'embedding', data: inputs.embedding.data.map((x) => x * params.factor), unit: false },
  }),
  examples: [
    {
      title: 'Twice as much',
      inputs: { embedding: { kind: 'embedding', data: Float32Array.of(1, -2), unit: false } },
      outputs: { embedding: { kind: 'embedding', data: Float32Array.of(2, -4), unit: false } },
    },
  ],
});
`;
}

function testText(family: string, name: string, exported: string): string {
  return `import { expect, it } from 'vitest';
import { ${exported} } from '../../../nodes/${family}/${name}.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(${exported});

it('multiplies by the factor, zero included', async () => {
  const embedding = { kind: 'embedding', data: Float32Array.of(3, 5), unit: false } as const;
  const got = await callNode(${exported}, { params: { factor: 0 }, inputs: { embedding } });
  expect(got).toEqual({ embedding: { kind: 'embedding', data: Float32Array.of(0, 0), unit: false } });
});
`;
}

function main(type: string | undefined): void {
  if (type === undefined) throw new Error('usage: npm run new-node family.name');
  const files = newNodeFiles(type);
  for (const name of files.keys()) if (existsSync(path.join(root, name))) throw new Error(`${name} is there already`);
  const families = readdirSync(path.join(root, 'nodes')).filter((n) => !n.includes('.') && n !== 'kernels');
  if (!families.includes(type.split('.')[0])) console.log(`note: a new family; there are ${families.join(', ')}`);
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    console.log(`wrote ${name}`);
  }
  writeFileSync(path.join(root, registryFile), registryText());
  console.log(`wrote ${registryFile}\nnext: npx vitest run ${[...files.keys()][1]}, then npm run docs`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`);
    process.exit(2);
  }
}
