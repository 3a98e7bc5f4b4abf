import type { Dim } from '../../kinds/type.ts';
import type { TensorValue } from '../../kinds/value.ts';
import { type ModelProto, TensorProto_DataType } from '../gen/onnx-ml_pb.ts';
import { floatToHalf } from './half.ts';

/** Tensors by the names that a model gives them. */
export type Feeds = Readonly<Record<string, TensorValue>>;

export interface OpenedModel {
  readonly outputs: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly Dim[] }[];
  run(feeds: Feeds): Promise<Feeds>;
  close(): Promise<void>;
}

/** What runs models for calibration and for holding answers against answers: handed in, since core has no runtime. */
export interface ModelRunner {
  /** `plain`: nothing is fused or moved, so that every value of the file can be looked at. */
  open(model: ModelProto, as?: 'plain' | 'fast'): Promise<OpenedModel>;
}

export interface ShrinkListeners {
  readonly signal?: AbortSignal;
  /** `done`: 0 to 1 of this step. */
  readonly onProgress?: (done: number, words: string) => void;
}

/** Opens a model, gives what `use` makes of it, and closes it whatever comes. */
export async function withModel<T>(
  runner: ModelRunner,
  model: ModelProto,
  as: 'plain' | 'fast',
  use: (opened: OpenedModel) => Promise<T>,
): Promise<T> {
  const opened = await runner.open(model, as);
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** The model's answers to each of the feeds, in their order. */
export function answersOf(
  runner: ModelRunner,
  model: ModelProto,
  feeds: readonly Feeds[],
  { signal }: ShrinkListeners = {},
): Promise<readonly Feeds[]> {
  return withModel(runner, model, 'fast', async (opened) => {
    const answers: Feeds[] = [];
    for (const one of feeds) {
      signal?.throwIfAborted();
      answers.push(await opened.run(fitted(model, one)));
    }
    return answers;
  });
}

/** Feeds as the model declares its inputs: one whose edges are in half precision is given float32 in half precision. */
export function fitted(model: ModelProto, feeds: Feeds): Feeds {
  const halves = new Set(
    (model.graph?.input ?? []).flatMap(({ name, type }) =>
      type?.value.case === 'tensorType' && type.value.value.elemType === TensorProto_DataType.FLOAT16 ? [name] : [],
    ),
  );
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]): [string, TensorValue] =>
      halves.has(name) && tensor.dtype === 'float32'
        ? [name, { ...tensor, dtype: 'float16', data: Uint16Array.from(tensor.data, floatToHalf) }]
        : [name, tensor],
    ),
  );
}
