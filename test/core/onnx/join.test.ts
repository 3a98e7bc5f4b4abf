import { describe, expect, it } from 'vitest';
import { join } from '../../../core/onnx/join.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { buildModel, value } from '../../onnx-builder.ts';

describe('join', () => {
  it('wires outputs to inputs; names that clash are told apart', () => {
    const part = (op: string) =>
      readModel(
        buildModel({
          inputs: [value('x', 'float32', ['batch', 3])],
          outputs: [value('y', 'float32', ['batch', 3])],
          nodes: [
            { op, inputs: ['x'], outputs: ['h'], name: 'n' },
            { op: 'Abs', inputs: ['h'], outputs: ['y'] },
          ],
        }),
        'm.onnx',
      );
    const { model, first, second } = join(part('Neg'), part('Exp'), { x: 'y' });
    expect(first).toEqual({ inputs: { x: 'x' }, outputs: {} });
    expect(second).toEqual({ inputs: {}, outputs: { y: 'y' } });
    const again = readModel(writeModel(model), 'joined.onnx');
    expect(signatureOf(again).inputs).toEqual([{ name: 'x', form: 'tensor', dtype: 'float32', shape: ['batch', 3] }]);
    expect(signatureOf(again).outputs).toEqual([{ name: 'y', form: 'tensor', dtype: 'float32', shape: ['batch', 3] }]);
    expect(again.graph?.node.map((n) => [n.opType, n.name, ...n.input, ...n.output])).toEqual([
      ['Neg', 'n', 'x', 'h'],
      ['Abs', 'Abs_y', 'h', 'y_2'],
      ['Exp', 'n_2', 'y_2', 'h_2'],
      ['Abs', 'Abs_y_2', 'h_2', 'y'],
    ]);
  });
});
