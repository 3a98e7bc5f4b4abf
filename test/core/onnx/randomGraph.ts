import type { TensorValue } from '../../../core/kinds/value.ts';
import {
  type BuilderAttribute,
  type BuilderGraph,
  type BuilderNode,
  type BuilderTensor,
  buildModel,
  value,
} from '../../onnx-builder.ts';

/** A float32 value of a random model: what it is called, and what shape it has when the model is fed as `feeds` says. */
export interface RandomValue {
  readonly name: string;
  readonly shape: readonly number[];
}
export interface RandomModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly RandomValue[];
  readonly outputs: readonly RandomValue[];
  readonly opset: number;
}
export interface RandomOptions {
  readonly opset?: number;
  readonly nodes?: number;
  /** Shapes of the inputs; chosen when they are not given. */
  readonly inputs?: readonly (readonly number[])[];
}

/** Numbers from 0 to below `below`, the same for the same seed (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Input tensors for a model, the same for the same seed. */
export function feedsFor(inputs: readonly RandomValue[], seed: number): Record<string, TensorValue> {
  const random = makeRandom(seed);
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const data = Float32Array.from({ length: product(shape) }, () => (random(2001) - 1000) / 500);
      return [name, { kind: 'tensor', dtype: 'float32', shape: [...shape], data } as const];
    }),
  );
}

/**
 * A small model of some thirty operators over float32, as the given opset writes them: with weights, branches, shapes that are
 * computed, open dimensions and several outputs. The first axis of inputs is the symbol `n` or open.
 */
export function randomModel(seed: number, options: RandomOptions = {}): RandomModel {
  const random = makeRandom(seed);
  const opset = options.opset ?? 9 + random(13);
  const shapes =
    options.inputs ??
    Array.from({ length: 1 + random(2) }, () => Array.from({ length: 1 + random(4) }, () => 1 + random(4)));
  const inputs = shapes.map((shape, i) => ({ name: `x${i}`, shape }));
  const made = new Maker(random, opset, inputs);
  for (let n = options.nodes ?? 3 + random(8); n > 0; n--) made.step();
  const read = new Set(made.nodes.flatMap((node) => node.inputs));
  // What nobody reads is an output, and one value of the middle besides.
  const leaves = made.values.filter((v) => !read.has(v.name) && !v.name.startsWith('x'));
  const middle = made.values.filter((v) => read.has(v.name) && !v.name.startsWith('x'));
  const outputs = [...leaves, ...middle.slice(0, random(2))];
  if (outputs.length === 0) outputs.push(made.identity());
  const open = (shape: readonly number[], i: number) =>
    shape.map((dim, axis) => (axis > 0 ? dim : [`n${i}`, null, dim][random(3)]));
  const bytes = buildModel({
    inputs: inputs.map((x, i) => value(x.name, 'float32', open(x.shape, i))),
    outputs: outputs.map(({ name }) => value(name, 'float32', null)),
    nodes: made.nodes,
    initializers: made.weights,
    opsets: { '': opset },
    irVersion: Math.min(9, Math.max(4, opset - 6)),
  });
  return { bytes, inputs, outputs, opset };
}

function product(shape: readonly number[]): number {
  return shape.reduce((p, d) => p * d, 1);
}

type Attributes = Readonly<Record<string, BuilderAttribute>>;

class Maker {
  readonly nodes: BuilderNode[] = [];
  readonly weights: BuilderTensor[] = [];
  readonly values: RandomValue[];
  private readonly random: (below: number) => number;
  private readonly opset: number;
  private count = 0;

  constructor(random: (below: number) => number, opset: number, inputs: readonly RandomValue[]) {
    this.random = random;
    this.opset = opset;
    this.values = [...inputs];
  }

  step(): void {
    const x = this.values[this.random(this.values.length)];
    const steps = [
      () => this.unary(x),
      () => this.unary(x),
      () => this.binary(x),
      () => this.binary(x),
      () => this.product(x),
      () => this.transpose(x),
      () => this.reshape(x),
      () => this.computedReshape(x),
      () => this.concat(x),
      () => this.slice(x),
      () => this.reduce(x),
      () => this.softmax(x),
      () => this.squeeze(x),
      () => this.gather(x),
      () => this.split(x),
      () => this.pad(x),
      () => this.window(x),
      () => this.where(x),
      () => this.clip(x),
      () => this.branch(x),
      () => this.topK(x),
      () => this.resize(x),
      () => this.loop(x),
      () => this.cast(x),
    ];
    steps[this.random(steps.length)]();
  }

  identity(): RandomValue {
    const { shape, name } = this.values[0];
    return this.add('Identity', [name], shape);
  }

  private name(): string {
    return `v${++this.count}`;
  }

  private add(
    op: string,
    inputs: readonly string[],
    shape: readonly number[],
    attributes: Attributes = {},
  ): RandomValue {
    const made = { name: this.name(), shape };
    this.nodes.push({ op, inputs, outputs: [made.name], attributes });
    // Large ones would only take time.
    if (product(shape) <= 4096 && shape.length <= 5) this.values.push(made);
    return made;
  }

  private weight(shape: readonly number[]): string {
    const name = `w${++this.count}`;
    const data = Float32Array.from({ length: product(shape) }, () => (this.random(2001) - 1000) / 1000);
    this.weights.push({ name, dtype: 'float32', shape, data });
    return name;
  }

  private ints(values: readonly number[]): string {
    const name = `i${++this.count}`;
    this.weights.push({ name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  }

  /** Numbers as an attribute before version `since`, as an input from then on. */
  private axes(name: string, values: readonly number[], since: number): readonly [readonly string[], Attributes] {
    return this.opset >= since ? [[this.ints(values)], {}] : [[], { [name]: { ints: values } }];
  }

  private unary(x: RandomValue): void {
    const names = ['Neg', 'Relu', 'Sigmoid', 'Abs', 'Floor', 'Exp', 'Erf', 'Identity', 'Tanh', 'Softplus'];
    this.add(names[this.random(names.length)], [x.name], x.shape);
  }

  private binary(x: RandomValue): void {
    const names = ['Add', 'Sub', 'Mul', 'Max', 'Min'];
    const op = names[this.random(names.length)];
    const fits = this.values.find(
      (v) => v !== x && v.shape.length === x.shape.length && v.shape.every((d, i) => d === x.shape[i] || d === 1),
    );
    if (fits !== undefined && this.random(2) === 0) {
      this.add(op, this.random(2) === 0 ? [x.name, fits.name] : [fits.name, x.name], x.shape);
      return;
    }
    const own = x.shape.slice(this.random(x.shape.length + 1)).map((d) => (this.random(3) === 0 ? 1 : d));
    this.add(op, [x.name, this.weight(own)], x.shape);
  }

  private product(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const [inner, columns] = [x.shape.at(-1) ?? 1, 1 + this.random(4)];
    const result = [...x.shape.slice(0, -1), columns];
    if (x.shape.length !== 2 || this.random(2) === 0) {
      this.add('MatMul', [x.name, this.weight([inner, columns])], result);
      return;
    }
    const turned = this.random(2);
    const weights = this.weight(turned === 1 ? [columns, inner] : [inner, columns]);
    this.add('Gemm', [x.name, weights, this.weight([columns])], result, { transB: { i: turned }, alpha: { f: 0.5 } });
  }

  private transpose(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const perm = x.shape.map((_, i) => i);
    for (let i = perm.length - 1; i > 0; i--) {
      const j = this.random(i + 1);
      [perm[i], perm[j]] = [perm[j], perm[i]];
    }
    const shape = perm.map((from) => x.shape[from]);
    this.add('Transpose', [x.name], shape, { perm: { ints: perm } });
  }

  private reshape(x: RandomValue): void {
    const [first = 1, ...rest] = x.shape;
    const [target, shape] = [
      [[-1], [product(x.shape)]],
      [
        [0, -1],
        [first, product(rest)],
      ],
      [
        [1, ...x.shape],
        [1, ...x.shape],
      ],
      [
        [-1, x.shape.at(-1) ?? 1],
        [product(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1],
      ],
    ][this.random(x.shape.length === 0 ? 1 : 4)];
    this.add('Reshape', [x.name, this.ints(target)], shape);
  }

  /** As exporters write it: the first size of the input, and -1 for the rest. */
  private computedReshape(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const [shape, first, row] = [this.name(), this.name(), this.name()];
    const [unsqueezeInputs, unsqueezeAttributes] = this.axes('axes', [0], 13);
    const zero = `i${++this.count}`;
    this.weights.push({ name: zero, dtype: 'int64', shape: [], data: BigInt64Array.of(0n) });
    const target = this.name();
    this.nodes.push(
      { op: 'Shape', inputs: [x.name], outputs: [shape] },
      { op: 'Gather', inputs: [shape, zero], outputs: [first] },
      { op: 'Unsqueeze', inputs: [first, ...unsqueezeInputs], outputs: [row], attributes: unsqueezeAttributes },
      { op: 'Concat', inputs: [row, this.ints([-1])], outputs: [target], attributes: { axis: { i: 0 } } },
    );
    this.add('Reshape', [x.name, target], [x.shape[0], product(x.shape.slice(1))]);
  }

  private concat(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const axis = this.random(x.shape.length);
    const more = 1 + this.random(3);
    const other = this.weight(x.shape.map((d, i) => (i === axis ? more : d)));
    const shape = x.shape.map((d, i) => (i === axis ? d + more : d));
    this.add('Concat', this.random(2) === 0 ? [x.name, other] : [other, x.name], shape, { axis: { i: axis } });
  }

  private slice(x: RandomValue): void {
    const axis = this.random(x.shape.length);
    const dim = x.shape[axis];
    if (dim === undefined || dim < 2) return;
    const [start, end] = [this.random(dim - 1), this.random(2) === 0 ? 2 ** 31 : -1];
    const to = end < 0 ? dim - 1 : dim;
    if (to <= start) return;
    const shape = x.shape.map((d, i) => (i === axis ? to - start : d));
    if (this.opset < 10) {
      this.add('Slice', [x.name], shape, { starts: { ints: [start] }, ends: { ints: [end] }, axes: { ints: [axis] } });
      return;
    }
    this.add('Slice', [x.name, this.ints([start]), this.ints([end]), this.ints([axis])], shape);
  }

  private reduce(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const names = ['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2'];
    const op = names[this.random(names.length)];
    const axis = this.random(x.shape.length);
    const keeps = this.random(2);
    const [inputs, attributes] = this.axes('axes', [axis], op === 'ReduceSum' ? 13 : 18);
    const shape = keeps === 1 ? x.shape.map((d, i) => (i === axis ? 1 : d)) : x.shape.filter((_, i) => i !== axis);
    this.add(op, [x.name, ...inputs], shape, { ...attributes, keepdims: { i: keeps } });
  }

  private softmax(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const axis = this.random(x.shape.length);
    this.add(this.random(2) === 0 ? 'Softmax' : 'LogSoftmax', [x.name], x.shape, { axis: { i: axis } });
  }

  private squeeze(x: RandomValue): void {
    const one = x.shape.indexOf(1);
    const axis = one >= 0 ? one : this.random(x.shape.length + 1);
    const [inputs, attributes] = this.axes('axes', [axis], 13);
    if (one >= 0) {
      const shape = x.shape.filter((_, i) => i !== axis);
      this.add('Squeeze', [x.name, ...inputs], shape, attributes);
      return;
    }
    this.add('Unsqueeze', [x.name, ...inputs], x.shape.toSpliced(axis, 0, 1), attributes);
  }

  private gather(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const axis = this.random(x.shape.length);
    const indices = Array.from({ length: 1 + this.random(3) }, () => this.random(x.shape[axis]));
    const shape = x.shape.toSpliced(axis, 1, indices.length);
    this.add('Gather', [x.name, this.ints(indices)], shape, { axis: { i: axis } });
  }

  private split(x: RandomValue): void {
    const axis = x.shape.findIndex((d) => d >= 2);
    if (axis < 0) return;
    const first = 1 + this.random(x.shape[axis] - 1);
    const sizes = [first, x.shape[axis] - first];
    const outputs = sizes.map((size) => ({ name: this.name(), shape: x.shape.toSpliced(axis, 1, size) }));
    const even = sizes[0] === sizes[1] && this.random(2) === 0;
    const said: readonly [readonly string[], Attributes] = this.axes('split', sizes, 13);
    const unsaid: readonly [readonly string[], Attributes] = [[], this.opset >= 18 ? { num_outputs: { i: 2 } } : {}];
    const [inputs, attributes] = even ? unsaid : said;
    const names = outputs.map((v) => v.name);
    this.nodes.push({
      op: 'Split',
      inputs: [x.name, ...inputs],
      outputs: names,
      attributes: { ...attributes, axis: { i: axis } },
    });
    this.values.push(...outputs);
  }

  private pad(x: RandomValue): void {
    if (x.shape.length === 0) return;
    const pads = Array.from({ length: 2 * x.shape.length }, () => this.random(2));
    const shape = x.shape.map((d, i) => d + pads[i] + pads[i + x.shape.length]);
    const [inputs, attributes] = this.axes('pads', pads, 11);
    if (this.opset < 11) this.add('Pad', [x.name], shape, { ...attributes, value: { f: 0.25 } });
    else this.add('Pad', [x.name, ...inputs], shape);
  }

  private window(x: RandomValue): void {
    if (x.shape.length !== 4) return;
    const [n, c, h, w] = x.shape;
    const stride = 1 + this.random(2);
    const size = (d: number) => Math.floor((d - 1) / stride) + 1;
    const attributes = {
      kernel_shape: { ints: [3, 3] },
      pads: { ints: [1, 1, 1, 1] },
      strides: { ints: [stride, stride] },
    };
    if (this.random(2) === 0) this.add('MaxPool', [x.name], [n, c, size(h), size(w)], attributes);
    else this.add('Conv', [x.name, this.weight([2, c, 3, 3])], [n, 2, size(h), size(w)], attributes);
  }

  private where(x: RandomValue): void {
    const test = this.name();
    this.nodes.push({ op: 'Greater', inputs: [x.name, this.weight([])], outputs: [test] });
    this.add('Where', [test, x.name, this.weight([1])], x.shape.length === 0 ? [1] : x.shape);
  }

  private clip(x: RandomValue): void {
    if (this.opset < 11) this.add('Clip', [x.name], x.shape, { min: { f: -0.5 } });
    else this.add('Clip', [x.name, '', this.weight([])], x.shape);
  }

  private topK(x: RandomValue): void {
    const axis = x.shape.length - 1;
    if (axis < 0) return;
    const k = 1 + this.random(x.shape[axis]);
    const made = { name: this.name(), shape: x.shape.toSpliced(axis, 1, k) };
    const [inputs, attributes]: readonly [readonly string[], Attributes] =
      this.opset < 10 ? [[], { k: { i: k } }] : [[this.ints([k])], {}];
    const outputs = [made.name, this.name()];
    this.nodes.push({
      op: 'TopK',
      inputs: [x.name, ...inputs],
      outputs,
      attributes: { ...attributes, axis: { i: axis } },
    });
    this.values.push(made);
  }

  private resize(x: RandomValue): void {
    if (x.shape.length !== 4 || product(x.shape) > 512) return;
    const name = `s${++this.count}`;
    this.weights.push({ name, dtype: 'float32', shape: [4], data: Float32Array.of(1, 1, 2, 2) });
    const shape = [x.shape[0], x.shape[1], x.shape[2] * 2, x.shape[3] * 2];
    const mode = { s: this.random(2) === 0 ? 'nearest' : 'linear' };
    if (this.opset < 11) this.add(this.opset < 10 ? 'Upsample' : 'Resize', [x.name, name], shape, { mode });
    else this.add('Resize', [x.name, this.emptyRoi(), name], shape, { mode });
  }

  private emptyRoi(): string {
    const name = `r${++this.count}`;
    this.weights.push({ name, dtype: 'float32', shape: [0], data: new Float32Array(0) });
    return name;
  }

  private cast(x: RandomValue): void {
    const whole = this.name();
    this.nodes.push({ op: 'Cast', inputs: [x.name], outputs: [whole], attributes: { to: { i: 6 } } });
    this.add('Cast', [whole], x.shape, { to: { i: 1 } });
  }

  private branch(x: RandomValue): void {
    const [sum, test] = [this.name(), this.name()];
    const [inputs, attributes]: readonly [readonly string[], Attributes] = [[], { keepdims: { i: 0 } }];
    this.nodes.push(
      { op: 'ReduceSum', inputs: [x.name, ...inputs], outputs: [sum], attributes },
      { op: 'Greater', inputs: [sum, this.weight([])], outputs: [test] },
    );
    const arm = (op: string): BuilderGraph => {
      const [inside, out] = [this.name(), this.name()];
      return {
        inputs: [],
        outputs: [value(out, 'float32', null)],
        nodes: [
          { op, inputs: [x.name], outputs: [inside] },
          { op: 'Add', inputs: [inside, x.name], outputs: [out] },
        ],
      };
    };
    this.add('If', [test], x.shape, { then_branch: { graph: arm('Neg') }, else_branch: { graph: arm('Exp') } });
  }

  /** Adds the value to a state twice or more, and gathers what it was each time. */
  private loop(x: RandomValue): void {
    const turns = 1 + this.random(3);
    const count = `i${++this.count}`;
    this.weights.push({ name: count, dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(turns)) });
    const [i, go, state, kept, next, seen] = Array.from({ length: 6 }, () => this.name());
    const body: BuilderGraph = {
      inputs: [value(i, 'int64', []), value(go, 'bool', []), value(state, 'float32', null)],
      outputs: [value(kept, 'bool', []), value(next, 'float32', null), value(seen, 'float32', null)],
      nodes: [
        { op: 'Identity', inputs: [go], outputs: [kept] },
        { op: 'Add', inputs: [state, x.name], outputs: [next] },
        { op: 'Neg', inputs: [next], outputs: [seen] },
      ],
    };
    const [end, all] = [
      { name: this.name(), shape: x.shape },
      { name: this.name(), shape: [turns, ...x.shape] },
    ];
    this.nodes.push({
      op: 'Loop',
      inputs: [count, '', x.name],
      outputs: [end.name, all.name],
      attributes: { body: { graph: body } },
    });
    this.values.push(end);
    if (all.shape.length <= 5) this.values.push(all);
  }
}
