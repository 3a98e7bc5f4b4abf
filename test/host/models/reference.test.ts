import { describe, expect, it } from 'vitest';
import { readModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { adapted, modelBytes, modelCases, modelPath } from '../../reference/modelCases.ts';
import { expectClose } from '../../test-node.ts';
import { cpu, never, nothing, workbench } from './fixture.ts';

describe("the host gives what ONNX Runtime's Python binding gave (recorded in test/reference/model.json)", () => {
  const bench = workbench({ resolvePath: modelPath });
  it.each(Object.keys(modelCases))('%s', async (name) => {
    const { inputs, outputs } = modelCases[name] as (typeof modelCases)[string];
    const signature = signatureOf(readModel(modelBytes(name), name));
    const session = await bench.host.open(`${name}.onnx`, cpu, never);
    const feeds = Object.assign({}, ...Object.entries(inputs).map(([port, value]) => adapted(port, value)));
    const { outputs: got } = await session.run(feeds, nothing, never);
    const want = Object.assign(
      {},
      ...Object.entries(outputs).map(([port, value]) =>
        adapted(port, value, signature.outputs.find((o) => o.name === port)?.labels),
      ),
    );
    expectClose(got, want, 1e-6);
    expect(signature.outputs.map((o) => o.name)).toEqual(Object.keys(want));
    for (const port of signature.outputs) {
      const value = want[port.name];
      expect(port.dtype).toBe(value.dtype);
      if (port.shape !== null) {
        expect(value.shape.length).toBe(port.shape.length);
        port.shape.forEach((d, i) => {
          if (typeof d === 'number') expect(value.shape[i]).toBe(d);
        });
      }
    }
  });
});
