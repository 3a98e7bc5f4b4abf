import { changed } from './change.ts';
import type { TensorProto } from './gen/onnx-ml_pb.ts';
import { type AttributeProto, type NodeProto, TensorProto_DataType } from './gen/onnx-ml_pb.ts';
import {
  constantNode,
  float32s,
  floatScalar,
  int64s,
  intAttribute,
  intsAttribute,
  makeNode,
  textAttribute,
} from './makeNode.ts';

/** What an upgrade may ask of the graph around a node. */
export interface UpgradeContext {
  /** Makes a name that nothing in the model has. */
  readonly fresh: (wanted: string) => string;
  /** Element type of a value; 0 when it is not known. */
  readonly elementOf: (value: string) => number;
  /** Number of axes of a value; null when it is not known. */
  readonly rankOf: (value: string) => number | null;
}

/** A node that means at the new version what `node` meant before it, with nodes that it needs; or why there is none, in words. */
export type Upgrade = (node: NodeProto, context: UpgradeContext) => readonly NodeProto[] | string;

/**
 * The standard operators' breaking steps that can be taken, by `operator@version`. Each gives nodes of exactly that
 * version. After the rules of ONNX's own version converter (onnx/version_converter/adapters), without its faults.
 */
export const operatorUpgrades: Readonly<Record<string, Upgrade>> = {
  ...forEach(
    'Abs Add Ceil Clip Div Dropout Elu Exp Floor HardSigmoid InstanceNormalization LeakyRelu Log Max Mean Min Mul Neg PRelu Reciprocal Relu Selu Sigmoid Sqrt Sub Sum Tanh',
    6,
    without('consumed_inputs'),
  ),
  'BatchNormalization@6': without('consumed_inputs'),
  'BatchNormalization@7': without('is_test'),
  'BatchNormalization@9': (node) =>
    intOf(node, 'spatial', 1) === 1
      ? without('spatial')(node, none)
      : 'it normalises each place by itself (spatial = 0)',
  'BatchNormalization@14': (node) =>
    node.output.slice(1).some((name) => name !== '') ? 'its outputs for training are used' : [trimOutputs(node)],
  'Cast@6': castTo,
  'Clip@11': clipLimits,
  'Concat@4': (node) => (attributeOf(node, 'axis') ? [node] : [withAttributes(node, [], [intAttribute('axis', 1)])]),
  'DFT@20': dftAxis,
  'Dropout@7': without('is_test'),
  'Dropout@12': dropoutRatio,
  'Gemm@7': without('broadcast'),
  'GridSample@20': gridSampleMode,
  'GroupNormalization@21': groupScales,
  'Pad@2': (node) => {
    const paddings = attributeOf(node, 'paddings');
    return paddings ? [withAttributes(node, ['paddings'], [intsAttribute('pads', paddings.ints)])] : 'it says no pads';
  },
  'Pad@11': padInputs,
  'Reshape@5': (node, context) => toInputs(node, context, [['shape', 'ints']], 1),
  'Resize@11': resizeFromTen,
  'RoiAlign@16': (node) => [
    withAttributes(node, [], [textAttribute('coordinate_transformation_mode', 'output_half_pixel')]),
  ],
  'Scatter@11': (node) => [changed(node, { opType: 'ScatterElements' })],
  'Slice@10': (node, context) =>
    toInputs(
      node,
      context,
      [
        ['starts', 'ints'],
        ['ends', 'ints'],
        ['axes', 'ints'],
      ],
      1,
    ),
  ...forEach('Softmax LogSoftmax Hardmax', 13, softmaxAxis),
  'Split@2': (node) => (node.input.length > 1 ? 'its sizes are an input' : [node]),
  'Split@13': (node, context) => toInputs(node, context, [['split', 'ints']], 1),
  'Split@18': (node) =>
    (node.input[1] ?? '') === ''
      ? [withAttributes(node, [], [intAttribute('num_outputs', node.output.length)])]
      : [node],
  'TopK@10': (node, context) => toInputs(node, context, [['k', 'int']], 1),
  ...forEach('ReduceSum Squeeze Unsqueeze', 13, axesInput),
  ...forEach(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare',
    18,
    axesInput,
  ),
  ...forEach('Add And Div Equal Greater Less Mul Or Pow Sub Xor', 7, broadcastAxis),
  'Upsample@7': upsampleScales,
  'Upsample@9': (node, context) => toInputs(node, context, [['scales', 'floats']], 1),
  'Upsample@10': (node) => [changed(node, { opType: 'Resize' })],
};

const none: UpgradeContext = { fresh: (name) => name, elementOf: () => 0, rankOf: () => null };

function forEach(names: string, version: number, upgrade: Upgrade): Readonly<Record<string, Upgrade>> {
  return Object.fromEntries(names.split(' ').map((name) => [`${name}@${version}`, upgrade]));
}

function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((a) => a.name === name);
}
function intOf(node: NodeProto, name: string, or: number): number {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? or : Number(attribute.i);
}

function without(name: string): Upgrade {
  return (node) => [withAttributes(node, [name], [])];
}
function withAttributes(node: NodeProto, gone: readonly string[], added: readonly AttributeProto[]): NodeProto {
  const replaced = new Set([...gone, ...added.map((a) => a.name)]);
  return changed(node, { attribute: [...node.attribute.filter((a) => !replaced.has(a.name)), ...added] });
}
function trimOutputs(node: NodeProto): NodeProto {
  return changed(node, { output: node.output.slice(0, 1) });
}

/** Turns attributes into inputs from place `first` on; those that are not set stay away. */
function toInputs(
  node: NodeProto,
  { fresh }: UpgradeContext,
  names: readonly (readonly [name: string, as: 'int' | 'ints' | 'floats'])[],
  first: number,
): readonly NodeProto[] {
  const made: NodeProto[] = [];
  const input = node.input.slice(0, first);
  names.forEach(([name, as], i) => {
    const attribute = attributeOf(node, name);
    if (attribute === undefined) return;
    const tensor = as === 'floats' ? float32s(attribute.floats) : int64s(as === 'int' ? [attribute.i] : attribute.ints);
    while (input.length < first + i) input.push('');
    input.push(constantInto(made, fresh, `${node.output[0]}_${name}`, tensor));
  });
  const plain = withAttributes(
    node,
    names.map(([name]) => name),
    [],
  );
  return [...made, changed(plain, { input })];
}

function constantInto(
  made: NodeProto[],
  fresh: (wanted: string) => string,
  wanted: string,
  value: TensorProto,
): string {
  const name = fresh(wanted);
  made.push(constantNode(name, value));
  return name;
}

function axesInput(node: NodeProto, context: UpgradeContext): readonly NodeProto[] {
  return toInputs(node, context, [['axes', 'ints']], 1);
}

function castTo(node: NodeProto): readonly NodeProto[] | string {
  const word = new TextDecoder().decode(attributeOf(node, 'to')?.s ?? new Uint8Array());
  const element = TensorProto_DataType[word.toUpperCase() as keyof typeof TensorProto_DataType];
  return element === undefined ? `it casts to "${word}"` : [withAttributes(node, [], [intAttribute('to', element)])];
}

function clipLimits(node: NodeProto, { fresh, elementOf }: UpgradeContext): readonly NodeProto[] | string {
  const [low, high] = ['min', 'max'].map((name) => attributeOf(node, name)?.f);
  if (low === undefined && high === undefined) return [node];
  const element = elementOf(node.input[0]) || elementOf(node.output[0]);
  const made: NodeProto[] = [];
  const input = [node.input[0]];
  for (const [name, limit] of [
    ['min', low],
    ['max', high],
  ] as const) {
    if (limit === undefined) {
      if (name === 'min') input.push('');
      continue;
    }
    const tensor = floatScalar(element, limit);
    if (tensor === null) return 'the element type of its input is not known';
    input.push(constantInto(made, fresh, `${node.output[0]}_${name}`, tensor));
  }
  return [...made, changed(withAttributes(node, ['min', 'max'], []), { input })];
}

function padInputs(node: NodeProto, context: UpgradeContext): readonly NodeProto[] | string {
  const value = attributeOf(node, 'value')?.f ?? 0;
  const upgraded = toInputs(withAttributes(node, ['value'], []), context, [['pads', 'ints']], 1);
  if (value === 0) return upgraded;
  const element = context.elementOf(node.input[0]) || context.elementOf(node.output[0]);
  const tensor = floatScalar(element, value);
  if (tensor === null) return 'the element type of its input is not known';
  const made: NodeProto[] = [];
  const name = constantInto(made, context.fresh, `${node.output[0]}_value`, tensor);
  const pad = upgraded[upgraded.length - 1];
  return [...made, ...upgraded.slice(0, -1), changed(pad, { input: [...pad.input, name] })];
}

function dropoutRatio(node: NodeProto, { fresh }: UpgradeContext): readonly NodeProto[] {
  const ratio = attributeOf(node, 'ratio');
  if (ratio === undefined) return [node];
  const made: NodeProto[] = [];
  const scalar = changed(float32s([ratio.f]), { dims: [] });
  const input = [node.input[0], constantInto(made, fresh, `${node.output[0]}_ratio`, scalar)];
  return [...made, changed(withAttributes(node, ['ratio'], []), { input })];
}

/** The axis that was left away was the first of the signal; now it is the last but one. */
function dftAxis(node: NodeProto, { fresh }: UpgradeContext): readonly NodeProto[] {
  const made: NodeProto[] = [];
  const axis = changed(int64s([intOf(node, 'axis', 1)]), { dims: [] });
  const input = [node.input[0], node.input[1] ?? '', constantInto(made, fresh, `${node.output[0]}_axis`, axis)];
  return [...made, changed(withAttributes(node, ['axis'], []), { input })];
}

function gridSampleMode(node: NodeProto): readonly NodeProto[] {
  const mode = new TextDecoder().decode(attributeOf(node, 'mode')?.s ?? new Uint8Array());
  const renamed: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };
  return [renamed[mode] === undefined ? node : withAttributes(node, [], [textAttribute('mode', renamed[mode])])];
}

/** Before, a scale and a bias for each group; now for each channel: each is repeated for the channels of its group. */
function groupScales(node: NodeProto, { fresh }: UpgradeContext): readonly NodeProto[] {
  const [x, scale, bias] = node.input;
  const base = node.output[0];
  const name = (what: string) => fresh(`${base}_${what}`);
  const [channels, groups, each, one, shape, flat] = ['channels', 'groups', 'each', 'last', 'grid', 'flat'].map(name);
  const nodes = [
    makeNode('Shape', [x], [channels], [intAttribute('start', 1), intAttribute('end', 2)]),
    constantNode(groups, int64s([intOf(node, 'num_groups', 1)])),
    makeNode('Div', [channels, groups], [each]),
    makeNode('Concat', [groups, each], [shape], [intAttribute('axis', 0)]),
    constantNode(one, int64s([-1])),
    constantNode(flat, int64s([-1])),
  ];
  const spread = (value: string) => {
    const [column, grid, whole] = ['column', 'repeated', 'by_channel'].map((what) => fresh(`${value}_${what}`));
    nodes.push(
      makeNode('Unsqueeze', [value, one], [column]),
      makeNode('Expand', [column, shape], [grid]),
      makeNode('Reshape', [grid, flat], [whole]),
    );
    return whole;
  };
  const input = [x, spread(scale), spread(bias)];
  return [...nodes, changed(node, { input })];
}

/** Resize of opset 10 was Upsample: places by division, nearest rounded down. The region of interest is not used, but demanded until 13. */
function resizeFromTen(node: NodeProto, { fresh }: UpgradeContext): readonly NodeProto[] {
  const made: NodeProto[] = [];
  const roi = constantInto(made, fresh, `${node.output[0]}_roi`, float32s([]));
  const modes = [textAttribute('coordinate_transformation_mode', 'asymmetric'), textAttribute('nearest_mode', 'floor')];
  return [...made, changed(withAttributes(node, [], modes), { input: [node.input[0], roi, node.input[1]] })];
}

function upsampleScales(node: NodeProto): readonly NodeProto[] | string {
  const [width, height] = ['width_scale', 'height_scale'].map((name) => attributeOf(node, name)?.f);
  if (width === undefined || height === undefined) return 'it does not say its scales';
  const scales = changed(intsAttribute('scales', []), { type: 6, floats: [1, 1, height, width] });
  return [withAttributes(node, ['width_scale', 'height_scale'], [scales])];
}

/**
 * Until 12 the input was taken as a matrix, of all axes before `axis` and all from it on; since 13 one axis is meant. The
 * same where `axis` is the last; else the matrix is made, and its result put back into the old shape.
 */
function softmaxAxis(node: NodeProto, { fresh, rankOf }: UpgradeContext): readonly NodeProto[] {
  const axis = intOf(node, 'axis', 1);
  const [x] = node.input;
  const [y] = node.output;
  const last = withAttributes(node, [], [intAttribute('axis', -1)]);
  const rank = rankOf(x);
  if (axis === -1 || (rank !== null && axis === rank - 1)) return [last];
  const [shape, matrix, soft] = ['shape', 'matrix', 'soft'].map((what) => fresh(`${y}_${what}`));
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Flatten', [x], [matrix], [intAttribute('axis', axis)]),
    changed(last, { input: [matrix], output: [soft] }),
    makeNode('Reshape', [soft, shape], [y]),
  ];
}

/** Until 6 the right side was laid along the left from `axis` on; since 7 both are laid end to end. */
function broadcastAxis(node: NodeProto, { fresh, rankOf }: UpgradeContext): readonly NodeProto[] | string {
  const axis = attributeOf(node, 'axis');
  const plain = withAttributes(node, ['axis', 'broadcast'], []);
  if (intOf(node, 'broadcast', 0) === 0 || axis === undefined) return [plain];
  const [left, right] = [rankOf(node.input[0]), rankOf(node.input[1])];
  if (left === null || right === null) return 'the number of axes of its inputs is not known';
  const from = axis.i < 0n ? left + Number(axis.i) : Number(axis.i);
  const behind = left - from - right;
  if (behind < 0) return `its axis ${axis.i} does not fit its inputs`;
  if (behind === 0) return [plain];
  const name = fresh(`${node.input[1]}_aligned`);
  const axes = Array.from({ length: behind }, (_, i) => right + i);
  return [
    makeNode('Unsqueeze', [node.input[1]], [name], [intsAttribute('axes', axes)]),
    changed(plain, { input: [node.input[0], name] }),
  ];
}
