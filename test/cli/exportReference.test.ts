import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folders } from '../../cli/exportWork.ts';
import { readInputs } from '../../cli/inputs.ts';
import { openPipeline } from '../../cli/pipeline.ts';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';

it('a folder of texts is a reference of what it holds, not of its name', async () => {
  const texts = path.join(tempFolder(), 'captions');
  mkdirSync(texts);
  writeFileSync(path.join(texts, '1.txt'), 'drums in the street');
  writeFileSync(path.join(texts, '2.txt'), 'smoke over the hill');
  const pipeline = await openPipeline(path.join(root, 'samples/event-detector'), {});
  const pairs = await folders(pipeline, [`caption=${texts}`, 'image=media', 'sound=@odd']);
  expect(pairs).toEqual([`caption=@${texts}`, 'image=media', 'sound=@odd']);
  const given = await readInputs(pairs.slice(0, 1), pipeline.checked, pipeline.limits);
  expect(given.form === 'batch' ? given.items.map(({ inputs }) => inputs['caption']) : []).toMatchObject([
    { name: '1.txt' },
    { name: '2.txt' },
  ]);
  expect(await folders(pipeline, ['caption=just a text'])).toEqual(['caption=just a text']);
});
