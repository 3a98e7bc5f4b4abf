import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { outputError } from '../../../core/onnx/shrink/error.ts';
import { answersOf } from '../../../core/onnx/shrink/run.ts';
import { optimiseModel } from '../../../host/models/optimise.ts';
import { makeModelRunner } from '../../../host/models/shrinkRunner.ts';
import { model, op, operators, pictures, weights } from '../../core/onnx/shrink/models.ts';
import { problemOf } from './fixture.ts';

const runner = makeModelRunner('m.onnx', 1);
/** A constant that is reckoned, a node that does nothing, and a pair that the runtime fuses into an operator of its own. */
const net = () =>
  model(
    [
      op('Add', ['w', 'w'], 'w2'),
      op('Identity', ['x'], 'a'),
      op('Conv', ['a', 'w2'], 'b'),
      op('Relu', ['b'], 'y', { name: 'cut' }),
    ],
    [weights('w', [4, 3, 1, 1])],
  );

it('folds and takes out in operators of the standard, or fuses into those of the runtime', async () => {
  const [basic, extended] = [
    await optimiseModel(net(), 'm.onnx', 'cpu', 'basic'),
    await optimiseModel(net(), 'm.onnx', 'cpu'),
  ];
  expect(operators(basic.model)).toEqual(['Conv', 'Relu']);
  expect(operators(extended.model)).toEqual(['FusedConv']);
  expect([basic.nodesBefore, basic.nodesAfter, extended.nodesAfter]).toEqual([4, 2, 1]);
  expect(basic.gone).toEqual(['Add_w2', 'Identity_a']);
  expect(extended.gone).toEqual(expect.arrayContaining(['Add_w2', 'Identity_a', 'cut']));
  const wanted = await answersOf(runner, net(), pictures(2));
  for (const { model: made } of [basic, extended])
    expect(outputError(wanted, await answersOf(runner, made, pictures(2))).relative).toBeLessThan(1e-6);
});

it('says that a device cannot be had here, and leaves no files behind', async () => {
  const elsewhere = process.platform === 'darwin' ? 'directml' : 'coreml';
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tributary-optimise-'));
  const { message } = await problemOf(optimiseModel(net(), 'm.onnx', elsewhere));
  expect(message).toMatch(/m\.onnx/);
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('tributary-optimise-'));
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
});
