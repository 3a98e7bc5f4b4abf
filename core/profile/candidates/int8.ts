import type { CheckedNode } from '../../check/checked.ts';
import { paramSet } from '../../graph/changes.ts';
import { byWeight, criticalShare, type Idea, nameOf, ranOn, type Subject } from './subject.ts';
import { bytesWords, msWords, percentWords } from './words.ts';

/** What dynamic quantisation turns into whole numbers: products with a constant matrix. */
const products = new Set(['MatMul', 'Gemm', 'FusedMatMul', 'FusedGemm', 'Attention']);
const whole = /Integer|QLinear|Quantize|QAttention|QGemm|DynamicQuant/;
const leastPart = 0.4;
const worthShare = 0.05;

/** Models whose time goes into float matrix products on the CPU, with weights of 8 bits. */
export function int8Ideas(subject: Subject): readonly Idea[] {
  return byWeight(subject).flatMap((node) => {
    const file = modelFile(node);
    const model = subject.models.get(node.id);
    const share = criticalShare(subject, node.id);
    if (file === null || model === undefined || ranOn(subject, node.id) !== 'cpu' || share < worthShare) return [];
    if (model.kernelMs <= 0 || Object.keys(file.operators).some((op) => whole.test(op))) return [];
    const productMs = model.kernels.reduce((sum, { op, ms }) => sum + (products.has(op) ? ms : 0), 0);
    const part = productMs / model.kernelMs;
    if (part < leastPart) return [];
    const path = file.path.replace(/(\.onnx)?$/i, '.int8.onnx');
    return [
      {
        id: `int8:${node.id}`,
        kind: 'int8',
        title: `${nameOf(subject, node.id)} in int8`,
        why: `${percentWords(100 * part)} of its kernels' time (${msWords(productMs)} a run) is float matrix products, and it is ${percentWords(100 * share)} of the critical path; its weights are ${bytesWords(file.bytes)}, a quarter of it as whole numbers. Answers change a little.`,
        nodes: [node.id],
        changes: paramSet(subject.document, node.id, file.param, path),
        makes: [{ path, from: file.path, how: 'int8' }],
        aims: 'latency',
        expected: share * part * (file.bytes < 1024 ** 2 ? 0.15 : 0.4),
      },
    ];
  });
}

function modelFile(node: CheckedNode) {
  for (const [param, spec] of Object.entries(node.definition.params)) {
    const file = node.files[param];
    if (spec.form !== 'file' || spec.role !== 'onnx' || file?.model === undefined) continue;
    return { param, path: file.path, operators: file.model.operators, bytes: file.model.parameterBytes };
  }
  return null;
}
