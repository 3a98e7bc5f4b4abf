import { type BuilderNode, type BuilderTensor, buildModel, value } from '../test/onnx-builder.ts';

/** Numbers between -1 and 1 that look random and are the same each time. */
export function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A network built like ResNet-50: bottlenecks of 1x1, 3x3, 1x1, sixteen of them; weights that look random. */
export function resnet(): Uint8Array {
  const nodes: BuilderNode[] = [];
  const initializers: BuilderTensor[] = [];
  let seed = 1;
  const conv = (input: string, into: number, out: number, size: number, stride: number, relu: boolean): string => {
    const name = `conv${seed}`;
    const scale = Math.sqrt(6 / (into * size * size)) * (relu ? 1 : 0.3);
    const weights = noise(out * into * size * size, seed++).map((x) => x * scale);
    initializers.push({ name: `${name}.w`, dtype: 'float32', shape: [out, into, size, size], data: weights });
    initializers.push({
      name: `${name}.b`,
      dtype: 'float32',
      shape: [out],
      data: noise(out, seed++).map((x) => x * 0.1),
    });
    const pad = (size - 1) / 2;
    nodes.push({
      op: 'Conv',
      inputs: [input, `${name}.w`, `${name}.b`],
      outputs: [`${name}.y`],
      name,
      attributes: { pads: { ints: [pad, pad, pad, pad] }, strides: { ints: [stride, stride] } },
    });
    if (!relu) return `${name}.y`;
    nodes.push({ op: 'Relu', inputs: [`${name}.y`], outputs: [`${name}.r`] });
    return `${name}.r`;
  };
  let at = conv('x', 3, 64, 7, 2, true);
  nodes.push({
    op: 'MaxPool',
    inputs: [at],
    outputs: ['pool'],
    attributes: { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } },
  });
  at = 'pool';
  let width = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const inner = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      const side = block === 0 ? conv(at, width, inner * 4, 1, stride, false) : at;
      const a = conv(at, width, inner, 1, 1, true);
      const b = conv(a, inner, inner, 3, stride, true);
      const c = conv(b, inner, inner * 4, 1, 1, false);
      const sum = `sum${stage}.${block}`;
      nodes.push(
        { op: 'Add', inputs: [c, side], outputs: [sum] },
        { op: 'Relu', inputs: [sum], outputs: [`${sum}.r`] },
      );
      at = `${sum}.r`;
      width = inner * 4;
    }
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [at], outputs: ['mean'] });
  nodes.push({ op: 'Flatten', inputs: ['mean'], outputs: ['flat'] });
  nodes.push({ op: 'Gemm', inputs: ['flat', 'head.w', 'head.b'], outputs: ['y'], name: 'head' });
  const head = noise(2048 * 1000, 7).map((x) => x * 0.03);
  initializers.push({ name: 'head.w', dtype: 'float32', shape: [2048, 1000], data: head });
  initializers.push({ name: 'head.b', dtype: 'float32', shape: [1000], data: noise(1000, 8) });
  return buildModel({
    inputs: [value('x', 'float32', [1, 3, 224, 224])],
    outputs: [value('y', 'float32', [1, 1000])],
    nodes,
    initializers,
  });
}
