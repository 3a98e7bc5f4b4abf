import { expect, test } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { checkReport } from '../../../core/studio/checkReport.ts';
import { builtinNodes } from '../../../nodes/registry.ts';

test('a bypassed node keeps its ports in the report, so that its card and its wires stay as they were', () => {
  const at = { x: 0, y: 0 };
  const document: PipelineDocument = {
    schemaVersion: 1,
    name: 'one',
    nodes: [
      { id: 'photo', type: 'input.image', version: 1, params: {}, position: at },
      { id: 'small', type: 'image.resize', version: 1, params: {}, position: at, disabled: true },
    ],
    wires: [{ from: 'photo.image', to: 'small.image' }],
    groups: [],
    notes: [],
    inputs: {},
    outputs: {},
    files: [],
  };
  const { shapes } = checkReport(checkDocument(document, makeRegistry(builtinNodes), () => undefined));
  expect(Object.keys(shapes)).toEqual(['photo', 'small']);
  expect(shapes['small'].inputs.map((port) => port.name)).toEqual(['image']);
  expect(shapes['small'].outputs.map((port) => port.kinds)).toEqual([['image']]);
});
