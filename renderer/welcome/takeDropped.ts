import { added } from '../../core/graph/changes.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Change } from '../../core/graph/edit.ts';
import { Problem } from '../../core/problems/problem.ts';
import { addNodeAtCentre } from '../canvas/addNode.ts';
import { fitAll } from '../canvas/zooming.ts';
import { joinPath } from '../shell/paths.ts';
import { edit } from '../state/edits.ts';
import { newDocument } from '../state/sessions.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';

/** Begins with a file that was dropped or uploaded: a model, a pipeline, or media for a new one. */
export async function takeDropped(file: File): Promise<void> {
  try {
    const name = file.name.toLowerCase();
    if (name.endsWith('.onnx')) await fromModel(file);
    else if (name.endsWith('.json')) await fromPipeline(file);
    else await fromMedia(file);
  } catch (error) {
    sayProblem(error);
  }
}

/** The model goes up into a pipeline that is made for it alone and left again once there is one around the model. */
async function fromModel(file: File): Promise<void> {
  const { api } = state();
  const carrier = await api.call('newDocument', {});
  try {
    const { path } = await api.upload(carrier.session, file.name, file);
    await newDocument(joinPath(carrier.folder, path));
  } finally {
    await api.call('closeDocument', { session: carrier.session, discard: true }).catch(sayProblem);
  }
}

/** A page does not learn where a dropped file lies, so what is in it is opened as a pipeline without a file. */
async function fromPipeline(file: File): Promise<void> {
  const [{ parseDocument }, { makeLimits }] = await Promise.all([
    import('../../core/graph/parse.ts'),
    import('../../core/define/limits.ts'),
  ]);
  const { document, readOnly } = parseDocument(await file.text(), makeLimits(), file.name);
  if (readOnly)
    throw new Problem('document-newer', {
      message: `"${file.name}" was made with a newer Tributary, so it can only be looked at.`,
      fix: 'Open it with Open… to look at it, or update Tributary.',
      where: { file: file.name },
    });
  if (!(await newDocument())) return;
  edit(`open ${file.name}`, contentsOf(state().document, document));
  // After the canvas has them.
  window.setTimeout(fitAll, 100);
  toast({
    tone: 'warning',
    text: `What is in ${file.name} was opened as a new pipeline: a browser does not say where a dropped file lies.`,
    fix: 'Use Open… instead if it is to find the models and media beside it.',
  });
}

/** All of one document as changes to another that is empty. */
export function contentsOf(into: PipelineDocument, from: PipelineDocument): readonly Change[] {
  const names = (list: 'inputs' | 'outputs'): readonly Change[] =>
    Object.entries(from[list]).map(([name, after], index) => ({ in: list, index, name, before: null, after }));
  return [
    { in: 'name', before: into.name, after: from.name },
    ...(from.description === undefined
      ? []
      : [{ in: 'description', before: into.description ?? null, after: from.description } as const]),
    ...added(into, 'nodes', ...from.nodes),
    ...added(into, 'wires', ...from.wires),
    ...added(into, 'groups', ...from.groups),
    ...added(into, 'notes', ...from.notes),
    ...added(into, 'files', ...from.files),
    ...names('inputs'),
    ...names('outputs'),
  ];
}

async function fromMedia(file: File): Promise<void> {
  if (!(await newDocument())) return;
  const { api, session } = state();
  if (session === null) return;
  const { node, name } = await api.upload(session.id, file.name, file);
  if (node !== null) addNodeAtCentre(node.type, node.params);
  else
    toast({
      tone: 'warning',
      text: `No node takes ${name}.`,
      fix: 'Models (.onnx), pictures, sound, video and text can be dropped.',
    });
}
