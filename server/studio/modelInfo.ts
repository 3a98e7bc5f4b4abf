import type { ModelPort } from '../../core/define/file-facts.ts';
import { dimText } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ModelInfo } from '../../core/studio/api.ts';
import { readFacts } from '../../host/files/facts.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { Session } from './sessions.ts';

/** What a model of the pipeline's folder says of itself, read without a runtime. Throws the problem of a file that is none. */
export async function inspectModel(session: Session, name: string): Promise<ModelInfo> {
  const recorded = session.edited.document.files.find((file) => file.path === name)?.sha256;
  const workspace = await openWorkspace(session.folder);
  const wanted = { path: name, role: 'onnx', node: '', param: '', sha256: recorded } as const;
  const facts = (await readFacts(workspace, [wanted])).get(name);
  const { model, problem, bytes = 0, sha256 = '' } = facts ?? {};
  if (model === undefined) {
    if (problem !== undefined) throw new Problem(problem.code, problem);
    throw new Problem('model-invalid', {
      message: `"${name}" is not a model.`,
      fix: 'Choose an .onnx file.',
      where: { file: name },
    });
  }
  return {
    inputs: model.inputs.map(portText),
    outputs: model.outputs.map(portText),
    bytes,
    weights: model.parameterCount,
    sha256,
    opset: model.opsets.map(({ domain, version }) => `${domain} ${version}`).join(', '),
    producer: model.producer,
    operators: Object.entries(model.operators)
      .map(([operator, count]) => ({ name: operator, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    changed: recorded !== undefined && sha256 !== '' && recorded !== sha256,
  };
}

function portText({ name, dtype, form, shape }: ModelPort): ModelInfo['inputs'][number] {
  const element = dtype ?? 'a dtype that cannot be passed';
  return {
    name,
    dtype: form === 'tensor' ? element : `${form} of ${element}`,
    shape: shape === null ? '' : `[${shape.map(dimText).join(', ')}]`,
  };
}
