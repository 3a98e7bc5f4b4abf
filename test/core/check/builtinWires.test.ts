import { expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { builtinNodes } from '../../../nodes/registry.ts';

it('refuses a picture in a colour space that a port cannot take, and says which it can', () => {
  const node = (id: string, type: string, params = {}) => ({ id, type, version: 1, params, position: { x: 0, y: 0 } });
  const wire = (from: string, to: string) => ({ from, to });
  const { problems } = checkDocument(
    {
      schemaVersion: 1,
      name: 'colours',
      nodes: [
        node('photo', 'input.image'),
        node('colour', 'image.colour', { to: 'lab' }),
        node('boxes', 'result.drawBoxes'),
        node('out', 'output.image'),
      ],
      wires: [
        wire('photo.image', 'colour.image'),
        wire('colour.image', 'boxes.image'),
        wire('boxes.image', 'out.value'),
      ],
      groups: [],
      notes: [],
      inputs: {},
      outputs: {},
      files: [],
    },
    makeRegistry(builtinNodes),
    () => undefined,
  );
  const problem = problems.find(({ code }) => code === 'wire-colour');
  expect(problem?.where).toMatchObject({ wire: { from: 'colour.image', to: 'boxes.image' } });
  expect(problem?.message).toContain('lab');
  expect(problem?.message).toContain('rgb');
});
