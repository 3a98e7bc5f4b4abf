import type { DocumentNode } from '../../core/graph/document.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';

/** A node with a model of its own, and that model's file. */
export interface ModelNode {
  readonly id: string;
  readonly title: string;
  readonly file: string;
}

/** The model that a node runs; null for nodes without one. */
export function modelFileOf(
  node: Pick<DocumentNode, 'params'>,
  spec: Pick<NodeSpec, 'params'> | undefined,
): string | null {
  for (const [name, param] of Object.entries(spec?.params ?? {})) {
    if (param.form !== 'file' || param.role !== 'onnx') continue;
    const path = node.params[name] ?? param.default;
    if (typeof path === 'string' && path !== '') return path;
  }
  return null;
}

/** Those that were chosen; without a choice, all. */
export function chosenModels(models: readonly ModelNode[], chosen: readonly string[]): readonly ModelNode[] {
  return chosen.length === 0 ? models : models.filter(({ id }) => chosen.includes(id));
}

/** Where a shrunk model goes unless said otherwise: beside the one it is made from. */
export function usualPath(file: string, method: string): string {
  return file.replace(/(\.onnx)?$/i, `.${method}.onnx`);
}

export function modelNodes(
  nodes: readonly DocumentNode[],
  specs: ReadonlyMap<string, Pick<NodeSpec, 'params' | 'title'>>,
): readonly ModelNode[] {
  return nodes.flatMap((node): readonly ModelNode[] => {
    const spec = specs.get(node.type);
    const file = node.disabled === true ? null : modelFileOf(node, spec);
    return file === null ? [] : [{ id: node.id, title: node.label ?? spec?.title ?? node.type, file }];
  });
}
