import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { dtypes } from '../../core/kinds/dtype.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { declaredShape, fitsDeclared, shapePattern } from '../kernels/declaredShape.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';
import { readNpy } from '../kernels/npy.ts';
import { shapeText } from '../kernels/shapes.ts';
import { copied } from '../kernels/tensor.ts';

export const tensor = defineNode({
  type: 'input.tensor',
  version: 1,
  title: 'Tensor input',
  summary: 'Takes a tensor from outside: a value, or a numpy .npy file.',
  keywords: ['npy', 'numpy', 'array', 'features'],
  details:
    'Reads .npy versions 1 to 3, both byte orders, C and Fortran order, all number dtypes, bool, float16 and fixed-width text. Files that hold Python objects are refused, since reading those would run code.',
  inputs: {},
  outputs: { tensor: port.tensor({ doc: 'The tensor, row-major.' }) },
  params: {
    file: p.file({ role: 'media', optional: true, doc: 'Sample .npy file, used when a run gives none.' }),
    dtype: p.choice(['any', ...dtypes], { default: 'any', doc: 'Dtype that a run must give; "any" takes each.' }),
    shape: p.text({
      default: '',
      maxLength: 500,
      pattern: shapePattern,
      doc: 'Shape that a run must give, in elements, e.g. "batch, 3, 224, 224"; a name or ? takes any size. Empty: any shape.',
    }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'tensor',
  infer: ({ params }) => ({
    tensor: {
      ...anyType.tensor,
      dtype: params.dtype === 'any' ? null : params.dtype,
      shape: declaredShape(params.shape),
    },
  }),
  run: async ({ params, external, host, signal }) => {
    const { tensorBytes } = host.limits;
    const value = await (async () => {
      // The memory belongs to whoever gave the value, and a later node may move its input away.
      if (external?.kind === 'tensor') return copied(external);
      if (external !== null && external.kind !== 'media') throw wrongKind('a tensor', external.kind);
      if (external === null && params.file === '') throw missingInput('tensor', params.optional);
      const name = external?.name ?? params.file;
      const source = external ?? { kind: 'media' as const, path: params.file, name };
      return readNpy(await host.files.sourceBytes(source, tensorBytes + 65536 + 12, signal), name, tensorBytes);
    })();
    if (params.dtype !== 'any' && value.dtype !== params.dtype)
      throw new Problem('input-kind', {
        message: `This input takes ${params.dtype}, but ${value.dtype} was given.`,
        fix: 'Convert the array before it is given, or declare the dtype "any" and use tensor.cast.',
      });
    if (!fitsDeclared(value.shape, declaredShape(params.shape)))
      throw new Problem('value-shape', {
        message: `This input takes shape [${params.shape}], but ${shapeText(value.shape)} was given.`,
        fix: 'Give an array of the declared shape, or change what the input declares.',
      });
    return { tensor: value };
  },
  examples: [
    {
      title: 'A value from outside, as declared',
      params: { dtype: 'float32', shape: 'batch, 2' },
      inputs: {
        $external: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, 1) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, 1) } },
    },
  ],
});
