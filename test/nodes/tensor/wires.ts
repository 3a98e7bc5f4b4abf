import type { NodeDefinition } from '../../../core/define/node.ts';
import type { Dtype } from '../../../core/kinds/dtype.ts';
import { type Dim, one, type TensorType, type WireType } from '../../../core/kinds/type.ts';
import type { Json, TensorValue } from '../../../core/kinds/value.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { defaultParams } from '../../test-node.ts';

export function tensorType(dtype: Dtype | null, shape: readonly Dim[] | null): TensorType {
  return { kind: 'tensor', sequence: one, dtype, shape };
}

export function f32(shape: readonly number[], ...data: number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}

export interface Inferred {
  readonly types: Readonly<Record<string, WireType>>;
  readonly problems: readonly ProblemData[];
}

/** What a node says of its wires before anything runs. */
export function infer(
  node: NodeDefinition,
  inputs: Readonly<Record<string, WireType>>,
  params: Readonly<Record<string, Json>> = {},
): Inferred {
  const problems: ProblemData[] = [];
  const types = node.infer({
    inputs,
    params: defaultParams(node, params),
    files: {},
    dims: {},
    report: (code, init) => problems.push(problemData(code, init)),
  });
  return { types, problems };
}

/** The shape that a node infers at its output `tensor`. */
export function inferredShape(
  node: NodeDefinition,
  shape: readonly Dim[] | null,
  params: Readonly<Record<string, Json>> = {},
): readonly Dim[] | null | string {
  const { types, problems } = infer(node, { tensor: tensorType('float32', shape) }, params);
  if (problems.length > 0) return problems.map((x) => x.code).join();
  return types.tensor.kind === 'tensor' ? types.tensor.shape : 'no tensor';
}
