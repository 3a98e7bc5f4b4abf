import { Problem } from '../problems/problem.ts';
import type { ModelProto } from './gen/onnx-ml_pb.ts';
import { allNodes } from './graphs.ts';
import { operatorName } from './signature.ts';

/** Operator domains that ONNX Runtime's own builds bring. */
const known: ReadonlySet<string> = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.preview',
  'ai.onnx.training',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.nchwc',
  'com.microsoft.experimental',
  'com.ms.internal.nhwc',
  'com.microsoft.dml',
  'org.pytorch.aten',
]);

/** Throws `model-unsupported`, naming operator and domain, when the model needs a custom operator library. */
export function refuseCustomOperators(model: ModelProto, name: string): void {
  const local = new Set(model.functions.map((f) => `${f.domain}:${f.name}`));
  const custom = new Set<string>();
  for (const node of allNodes(model)) {
    if (known.has(node.domain) || local.has(`${node.domain}:${node.opType}`)) continue;
    custom.add(operatorName(node.domain, node.opType));
  }
  if (custom.size === 0) return;
  const names = [...custom].sort();
  throw new Problem('model-unsupported', {
    message: `"${name}" uses ${names.length === 1 ? 'the custom operator' : 'custom operators'} ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}, which ONNX Runtime does not have.`,
    fix: 'Export the model with standard operators; libraries of custom operators are not loaded, because they are code of unknown origin.',
    where: { file: name },
  });
}
