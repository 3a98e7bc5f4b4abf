import { describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { renamedFile } from '../../../renderer/problems/findFiles.ts';
import { sureFixes } from '../../../renderer/problems/fixAll.ts';
import { fixesFor, lostFile } from '../../../renderer/problems/fixes.ts';
import { filterRows, problemRows } from '../../../renderer/problems/rows.ts';

const document: PipelineDocument = {
  schemaVersion: 1,
  name: 'p',
  nodes: [
    { id: 'photo', type: 'input.image', version: 1, params: {}, position: { x: 0, y: 0 }, label: 'Photo' },
    { id: 'model', type: 'model.onnx', version: 1, params: { model: 'models/a.onnx' }, position: { x: 200, y: 0 } },
    { id: 'other', type: 'model.onnx', version: 1, params: { model: 'models/a.onnx' }, position: { x: 400, y: 0 } },
    { id: 'labels', type: 'result.labels', version: 1, params: { labels: 'models/b.txt' }, position: { x: 600, y: 0 } },
  ],
  wires: [{ from: 'photo.image', to: 'model.x' }],
  groups: [],
  notes: [],
  inputs: { image: { node: 'photo' }, gone: { node: 'nobody', doc: 'Lost.' } },
  outputs: {},
  files: [
    { path: 'models/a.onnx', sha256: 'a'.repeat(64), licence: 'MIT' },
    { path: 'models/b.txt', sha256: 'b'.repeat(64) },
  ],
};
const specs = new Map(builtinNodes.map((node) => [node.type, node]));

const missing = problemData('model-missing', {
  message: '"models/a.onnx" is not there.',
  fix: 'Put it there.',
  where: { file: 'models/a.onnx', node: 'model', param: 'model' },
});
const unwired = problemData('port-unwired', {
  message: 'The input "y" has no wire.',
  fix: 'Wire an image to it.',
  where: { node: 'model', port: 'y' },
});
const warning: ProblemData = problemData('model-changed', {
  severity: 'warning',
  message: 'Another file.',
  fix: 'Put the recorded one back.',
  where: { file: 'models/b.txt' },
});

describe('the list of problems', () => {
  it('has errors first and says each once, with its place in words', () => {
    const rows = problemRows(
      { check: [warning, missing], run: [missing, unwired], opening: [warning] },
      document.nodes,
    );
    expect(rows.map(({ problem, from }) => [problem.code, from])).toEqual([
      ['model-missing', 'check'],
      ['port-unwired', 'run'],
      ['model-changed', 'check'],
    ]);
    expect(rows[0].place).toBe('model · parameter model · models/a.onnx');
    const misfit = problemData('wire-kind', {
      message: 'no',
      fix: 'no',
      where: { node: 'photo', port: 'x', wire: { from: 'a.b', to: 'photo.x' } },
    });
    expect(problemRows({ check: [misfit], run: [], opening: [] }, document.nodes)[0].place).toBe(
      'Photo (photo) · wire from a.b · port x',
    );
  });

  it('is filtered by words and by severity', () => {
    const rows = problemRows({ check: [missing, unwired, warning], run: [], opening: [] }, document.nodes);
    expect(filterRows(rows, 'onnx MODEL-missing', new Set())).toHaveLength(1);
    expect(filterRows(rows, '', new Set(['error']))).toEqual([rows[2]]);
    expect(filterRows(rows, 'nothing like it', new Set())).toEqual([]);
  });
});

describe('fixes', () => {
  it('a file that is recorded is found by its hash, any can be chosen', () => {
    expect(fixesFor(missing, document).map((fix) => fix.title)).toEqual(['Find it by its hash', 'Choose the file…']);
    expect(fixesFor(missing, { ...document, files: [] }).map((fix) => fix.id)).toEqual(['pick']);
    expect(lostFile(warning)).toBeNull();
    expect(fixesFor(warning, document).map((fix) => fix.id)).toEqual(['accept']);
  });

  it('an open port shows what gives it; a public name that leads nowhere goes', () => {
    expect(fixesFor(unwired, document).map((fix) => fix.title)).toEqual(['Show what gives this']);
    const name = problemData('public-name', { message: 'm', fix: 'f', where: { at: 'inputs.gone' } });
    expect(fixesFor(name, document).map((fix) => fix.title)).toEqual(['Remove “gone”']);
    expect(fixesFor({ ...name, where: { at: 'inputs.neither' } }, document)).toEqual([]);
  });

  it('all at once are only those that mend by themselves, one for each place', () => {
    const set = problemData('param-invalid', {
      message: 'm',
      fix: 'f',
      where: { node: 'photo', param: 'optional' },
      mend: { setParam: { name: 'optional', value: false } },
    });
    const again: ProblemData = { ...set, message: 'said again' };
    const unknown = problemData('param-unknown', { message: 'm', fix: 'f', where: { node: 'photo', param: 'old' } });
    expect(sureFixes([set, again, unwired, missing, unknown], document).map((fix) => fix.title)).toEqual([
      'Set optional to false',
      'Remove old',
    ]);
  });

  it('a file found elsewhere is named everywhere, and its record goes with it', () => {
    const after = applyChanges(document, renamedFile(document, specs, 'models/a.onnx', 'models/a-2.onnx'));
    expect(after.nodes.map((node) => node.params['model'] ?? node.params['labels'])).toEqual([
      undefined,
      'models/a-2.onnx',
      'models/a-2.onnx',
      'models/b.txt',
    ]);
    expect(after.files).toEqual([
      { path: 'models/a-2.onnx', sha256: 'a'.repeat(64), licence: 'MIT' },
      { path: 'models/b.txt', sha256: 'b'.repeat(64) },
    ]);
    expect(renamedFile(document, specs, 'models/a.onnx', 'models/a.onnx')).toEqual([]);
    expect(applyChanges(document, renamedFile(document, specs, 'models/a.onnx', 'models/b.txt')).files).toHaveLength(1);
  });
});
