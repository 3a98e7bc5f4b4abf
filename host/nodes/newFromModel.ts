import type { ModelPort, ModelSignature } from '../../core/define/file-facts.ts';
import { paramFault } from '../../core/define/param.ts';
import type { Registry } from '../../core/define/registry.ts';
import {
  type DocumentNode,
  type DocumentWire,
  endOf,
  type PipelineDocument,
  schemaVersion,
} from '../../core/graph/document.ts';
import type { Json } from '../../core/kinds/value.ts';
import { portNames } from '../../nodes/kernels/modelPorts.ts';

interface PictureShape {
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** Where a model leaves its input size open. */
const usualSize = 224;

/**
 * The pipeline that an ONNX file suggests: where an input looks like a picture, a picture comes in, is brought to the
 * model's size, and one row of numbers out is read as classes; every other input and output is a tensor. What was
 * guessed stands in a note of the document. `file` is the model's path in the pipeline's folder. Only nodes and
 * parameters of the registry are proposed; where those for pictures are not there, pictures come in as tensors.
 */
export function proposeFromModel(
  name: string,
  file: string,
  model: ModelSignature,
  registry: Registry,
): PipelineDocument {
  const withPictures = propose(name, file, model, true);
  return withPictures.nodes.every((node) => isKnown(node, registry)) ? withPictures : propose(name, file, model, false);
}

function isKnown(node: DocumentNode, registry: Registry): boolean {
  const definition = registry.get(node.type);
  if (definition === undefined) return false;
  return Object.entries(node.params).every(([param, value]) => {
    const spec = definition.params[param];
    return spec !== undefined && paramFault(spec, value) === null;
  });
}

function propose(name: string, file: string, model: ModelSignature, pictures: boolean): PipelineDocument {
  const draft = new Draft();
  const inputs = portNames(model.inputs);
  const outputs = portNames(model.outputs);
  const shapes = model.inputs.map((port) => (pictures ? pictureShape(port) : null));
  draft.add('model', 'model.onnx', { model: file });
  const classifies =
    model.outputs.length === 1 && shapes.length === 1 && shapes[0] !== null && isClassRow(model.outputs[0]);
  model.inputs.forEach((port, i) => {
    const picture = shapes[i];
    if (picture === null) draft.tensorInput(publicName(inputs[i], 'input'), `model.${inputs[i]}`);
    else draft.pictureInput(pictureName(model.inputs, i), `model.${inputs[i]}`, picture, port, classifies);
  });
  model.outputs.forEach((port, i) => {
    if (classifies) draft.classOutput(`model.${outputs[i]}`, port);
    else draft.tensorOutput(publicName(outputs[i], 'output'), `model.${outputs[i]}`);
  });
  return draft.document(name);
}

/** float or uint8, rank 4, three or one channels: a picture for all that is known. */
export function pictureShape({ dtype, shape }: ModelPort): PictureShape | null {
  if (shape?.length !== 4 || (dtype !== 'float32' && dtype !== 'float16' && dtype !== 'uint8')) return null;
  const size = (dim: (typeof shape)[number]) => (typeof dim === 'number' && dim > 0 ? dim : usualSize);
  const isChannels = (dim: (typeof shape)[number]): dim is number => dim === 3 || dim === 1;
  const isSide = (dim: (typeof shape)[number]) => typeof dim !== 'number' || dim >= 16;
  if (isChannels(shape[1]) && isSide(shape[2]) && isSide(shape[3])) {
    return { layout: 'NCHW', channels: shape[1], height: size(shape[2]), width: size(shape[3]) };
  }
  if (isChannels(shape[3]) && isSide(shape[1]) && isSide(shape[2])) {
    return { layout: 'NHWC', channels: shape[3], height: size(shape[1]), width: size(shape[2]) };
  }
  return null;
}

/** One row of two or more numbers. */
function isClassRow({ dtype, shape }: ModelPort): boolean {
  const classes = shape?.at(-1);
  const rows = shape?.slice(0, -1) ?? [];
  return (
    dtype === 'float32' &&
    shape !== null &&
    rows.length <= 1 &&
    rows.every((d) => d === 1 || typeof d !== 'number') &&
    typeof classes === 'number' &&
    classes >= 2
  );
}

function pictureName(ports: readonly ModelPort[], at: number): string {
  const pictures = ports.filter((port) => pictureShape(port) !== null);
  return pictures.length === 1 ? 'image' : publicName(ports[at].name, 'image');
}

/** A public name begins with a letter and holds letters, digits, _ and -. */
function publicName(text: string, otherwise: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 64);
  return plain === '' ? otherwise : plain;
}

/** A document that grows node by node, from left to right. */
class Draft {
  readonly #nodes: DocumentNode[] = [];
  readonly #wires: DocumentWire[] = [];
  readonly #inputs: Record<string, { node: string; doc?: string }> = {};
  readonly #outputs: Record<string, { node: string; doc?: string }> = {};
  readonly #guesses: string[] = [];

  /** Adds a node and returns its id, made unique. */
  add(id: string, type: string, params: Readonly<Record<string, Json>> = {}): string {
    let unique = id;
    for (let n = 2; this.#nodes.some((node) => node.id === unique); n++) unique = `${id}-${n}`;
    this.#nodes.push({ id: unique, type, version: 1, params, position: { x: 0, y: 0 } });
    return unique;
  }

  wire(from: string, to: string): void {
    this.#wires.push({ from, to });
  }

  tensorInput(name: string, to: string): void {
    const node = this.add(name, 'input.tensor');
    this.#inputs[name] = { node };
    this.wire(`${node}.tensor`, to);
  }

  tensorOutput(name: string, from: string): void {
    const node = this.add(name, 'output.tensor');
    this.#outputs[name] = { node };
    this.wire(from, `${node}.value`);
  }

  classOutput(from: string, port: ModelPort): void {
    const softmax = this.add('probabilities', 'result.softmax');
    const node = this.add('classes', 'output.scores');
    this.#outputs['classes'] = { node, doc: 'The classes, best first.' };
    this.wire(from, `${softmax}.logits`);
    this.wire(`${softmax}.scores`, `${node}.value`);
    this.#guesses.push(
      `The output "${port.name}" is read as logits of classes; give result.softmax a label file, or take it out when the model gives probabilities.`,
    );
  }

  pictureInput(name: string, to: string, picture: PictureShape, port: ModelPort, classifies: boolean): void {
    const { width, height, channels, layout } = picture;
    const input = this.add(name, 'input.image');
    this.#inputs[name] = { node: input, doc: `A picture; it is brought to ${width}x${height}.` };
    let at = `${input}.image`;
    const step = (id: string, type: string, params: Readonly<Record<string, Json>>) => {
      const node = this.add(id, type, params);
      this.wire(at, `${node}.image`);
      at = `${node}.image`;
    };
    if (classifies && width === height) {
      step('shrink', 'image.resizeShorter', { size: Math.round((width * 256) / 224) });
      step('cut', 'image.centreCrop', { width, height });
    } else step('fit', 'image.letterbox', { width, height });
    if (channels === 3 && port.dtype === 'float32' && classifies) {
      const tensor = this.add('normalise', 'image.normalise', { preset: 'imagenet', layout });
      this.wire(at, `${tensor}.image`);
      this.wire(`${tensor}.tensor`, to);
      this.#guesses.push(`"${port.name}" is normalised as for ImageNet, after the middle is cut out.`);
      return;
    }
    step('colour', 'image.colour', { to: channels === 1 ? 'grey' : 'rgb' });
    const tensor = this.add('numbers', 'image.toTensor', { layout, dtype: port.dtype ?? 'float32' });
    this.wire(at, `${tensor}.image`);
    this.wire(`${tensor}.tensor`, to);
    this.#guesses.push(
      `"${port.name}" gets the whole picture with bars at its sides, ${port.dtype === 'uint8' ? 'levels 0 to 255' : 'numbers from 0 to 1'}.`,
    );
  }

  document(name: string): PipelineDocument {
    const text = ['Proposed from the model file. Guessed, so look at it:', ...this.#guesses].join('\n- ');
    return {
      schemaVersion,
      name,
      nodes: placed(this.#nodes, this.#wires),
      wires: this.#wires,
      groups: [],
      notes:
        this.#guesses.length === 0
          ? []
          : [{ id: 'guesses', text, position: { x: 0, y: -176 }, size: { width: 480, height: 136 } }],
      inputs: this.#inputs,
      outputs: this.#outputs,
      files: [],
    };
  }
}

/** Nodes in columns from left to right, each after all that feed it; those of one column under one another. */
function placed(nodes: readonly DocumentNode[], wires: readonly DocumentWire[]): readonly DocumentNode[] {
  const columns = new Map<string, number>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    const before = wires.filter((wire) => endOf(wire.to).node === id).map((wire) => columnOf(endOf(wire.from).node));
    const column = before.length === 0 ? 0 : Math.max(...before) + 1;
    columns.set(id, column);
    return column;
  };
  const rows = new Map<number, number>();
  const ordered = [...nodes].sort((a, b) => columnOf(a.id) - columnOf(b.id));
  return ordered.map((node) => {
    const column = columnOf(node.id);
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { ...node, position: { x: 208 * column, y: 256 * row } };
  });
}
