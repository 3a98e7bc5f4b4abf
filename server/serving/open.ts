import { checkDocument } from '../../core/check/check.ts';
import type { Checked } from '../../core/check/checked.ts';
import { filesOf } from '../../core/check/files.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { problemFrom } from '../../core/problems/problem.ts';
import { servedName } from '../../core/serve/servedName.ts';
import { type PipelineSignature, signatureOf } from '../../core/serve/signature.ts';
import { loadRegistry } from '../../host/engine/folders.ts';
import { openDocument } from '../../host/files/documentFile.ts';
import { readFacts } from '../../host/files/facts.ts';
import { openWorkspace } from '../../host/files/workspace.ts';

/** How the models of a pipeline join requests; what is left out stays as the document says. */
export interface BatchKnobs {
  readonly batch?: number;
  readonly batchWaitMs?: number;
  readonly copies?: number;
}

/** A pipeline that can be served: it has no errors. */
export interface OpenedPipeline {
  /** What it is called in addresses. */
  readonly name: string;
  readonly folder: string;
  readonly document: PipelineDocument;
  readonly checked: Checked;
  readonly signature: PipelineSignature;
  /** The largest batch of its models. */
  readonly largestBatch: number;
}

export interface OpenOptions {
  readonly limits: Limits;
  readonly nodeFolders?: readonly string[];
  readonly knobs?: BatchKnobs;
}

/** Opens and checks a document. Throws the first problem that stands in the way of running it. */
export async function openPipelineToServe(target: string, options: OpenOptions): Promise<OpenedPipeline> {
  const opened = await openDocument(target, options.limits);
  const registry = await loadRegistry(options.nodeFolders ?? []);
  const workspace = await openWorkspace(opened.folder);
  const facts = await readFacts(workspace, filesOf(opened.document, registry));
  const lookup = (path: string) => facts.get(path);
  const plain = checkDocument(opened.document, registry, lookup);
  const document = withKnobs(opened.document, plain, options.knobs ?? {});
  const checked = document === opened.document ? plain : checkDocument(document, registry, lookup);
  const error = checked.problems.find((problem) => problem.severity === 'error');
  if (error !== undefined) throw problemFrom(error);
  return {
    name: servedName(document.name),
    folder: opened.folder,
    document,
    checked,
    signature: signatureOf(checked),
    largestBatch: largestBatch(checked),
  };
}

/** The document with knobs turned on every node that has them; itself when none is. */
function withKnobs(document: PipelineDocument, checked: Checked, knobs: BatchKnobs): PipelineDocument {
  const turned = Object.entries(knobs).filter(([, value]) => value !== undefined);
  if (turned.length === 0) return document;
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      const params = checked.nodes.get(node.id)?.definition.params ?? {};
      const fitting = turned.filter(([name]) => Object.hasOwn(params, name));
      return fitting.length === 0 ? node : { ...node, params: { ...node.params, ...Object.fromEntries(fitting) } };
    }),
  };
}

function largestBatch(checked: Checked): number {
  const sizes = [...checked.nodes.values()].map((node) => node.params['batch']);
  return Math.max(1, ...sizes.filter((size): size is number => typeof size === 'number'));
}
