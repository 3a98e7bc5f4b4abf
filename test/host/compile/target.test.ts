import path from 'node:path';
import { expect, it } from 'vitest';
import { compileTarget } from '../../../host/compile/target.ts';
import { rejects } from '../../rejects.ts';

const folder = path.resolve('/pipelines/one');
const file = path.join(folder, 'one.tributary.json');
const ask = { output: path.join(folder, 'out/one.onnx'), document: null, file, folder };

it("is a folder, the files' name and the pipeline that uses them", () => {
  expect(compileTarget(ask)).toEqual({ folder: path.join(folder, 'out'), stem: 'one', document: null });
  expect(compileTarget({ ...ask, output: '/else/x.y.onnx' })).toMatchObject({
    folder: path.dirname('/else/x'),
    stem: 'x.y',
  });
  const document = path.join(folder, 'fused.tributary.json');
  expect(compileTarget({ ...ask, document })).toMatchObject({ document });
});

it.each([
  ['a file of another ending', { output: '/else/x.txt' }, 'does not end in .onnx'],
  ['a document of another ending', { document: path.join(folder, 'd.json') }, 'does not end in .tributary.json'],
  ['the pipeline itself', { document: file }, 'take the place of the pipeline itself'],
  ['another folder', { document: '/else/d.tributary.json' }, 'another folder than the pipeline'],
  [
    'files that the document could not name',
    { document: path.join(folder, 'd.tributary.json'), output: '/pipelines/one-more/x.onnx' },
    'must lie in the folder of the pipeline',
  ],
])('refuses %s', async (_, wrong, words) => {
  const problem = await rejects(async () => compileTarget({ ...ask, ...wrong }), 'usage');
  expect(problem.message).toContain(words);
});
