import type { Checked, CheckedNode } from '../../core/check/checked.ts';
import { allocate } from '../../core/kinds/dtype.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { Dim } from '../../core/kinds/type.ts';
import type { Json, MediaSource, Value } from '../../core/kinds/value.ts';
import type { RunInputs } from '../../core/run/result.ts';
import type { PipelineSignature, SignatureInput } from '../../core/serve/signature.ts';

/** What a pipeline is run on before it is sent traffic. */
export interface WarmInputs {
  readonly inputs: RunInputs;
  /** True when none of it was made up, so that a failure speaks against the pipeline. */
  readonly real: boolean;
}

/** The pipeline's own samples; where it names none, something plain of the same kind. */
export function warmInputs(signature: PipelineSignature, checked: Checked): WarmInputs {
  const inputs: Record<string, RunInputs[string]> = {};
  let real = true;
  for (const input of signature.inputs) {
    const node = checked.nodes.get(checked.publicInputs.get(input.name) ?? '');
    const sample = node === undefined ? null : sampleOf(node);
    const given = sample ?? madeUp(input);
    if (given !== null) inputs[input.name] = given;
    if (sample === null && node?.params['optional'] !== true) real = false;
  }
  return { inputs, real };
}

/** What an input node names for runs that give nothing. */
function sampleOf({ definition, params }: CheckedNode): MediaSource | Value | null {
  const { text, sample, folder } = params;
  if (definition.external === 'text' && typeof text === 'string' && text !== '') return { kind: 'text', text };
  if (definition.external === 'json' && sample !== undefined && sample !== null)
    return { kind: 'json', json: sample as Json };
  if (definition.external === 'folder' && typeof folder === 'string' && folder !== '')
    return { kind: 'media', path: folder, name: folder };
  for (const [param, spec] of Object.entries(definition.params)) {
    const file = params[param];
    if (spec.form === 'file' && spec.role === 'media' && typeof file === 'string' && file !== '')
      return { kind: 'media', path: file, name: file };
  }
  return null;
}

const side = 64;
const sampleRateHz = 16_000;

function madeUp(input: SignatureInput): Value | null {
  switch (input.kind) {
    case 'image':
      return {
        kind: 'image',
        width: side,
        height: side,
        colour: 'rgb',
        data: new Uint8Array(side * side * 3).fill(128),
        geometry: originalGeometry(side, side),
      };
    case 'audio':
      return { kind: 'audio', sampleRateHz, channels: [new Float32Array(sampleRateHz).fill(0.01)] };
    case 'text':
      return { kind: 'text', text: 'warm' };
    case 'json':
      return { kind: 'json', json: null };
    case 'tensor': {
      const dtype = input.type?.kind === 'tensor' ? (input.type.dtype ?? 'float32') : 'float32';
      const shape = (input.type?.kind === 'tensor' ? (input.type.shape ?? []) : []).map((dim: Dim) =>
        typeof dim === 'number' ? dim : 1,
      );
      const count = shape.reduce((product, size) => product * size, 1);
      return { kind: 'tensor', dtype, shape, data: allocate(dtype, count) } as Value;
    }
    default:
      return null;
  }
}
