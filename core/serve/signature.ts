import type { Checked } from '../check/checked.ts';
import type { WireType } from '../kinds/type.ts';
import type { Kind } from '../kinds/value.ts';

/** A public input, as whoever calls the pipeline sees it. */
export interface SignatureInput {
  readonly name: string;
  /** `folder`: several files that are one sequence. */
  readonly kind: Kind | 'folder';
  readonly doc: string;
  /** What it becomes inside; null where that is not known. Of a tensor its dtype and shape. */
  readonly type: WireType | null;
}

export interface SignatureOutput {
  readonly name: string;
  readonly kind: Kind;
  readonly doc: string;
  readonly type: WireType;
}

/** What a pipeline takes and gives, from which every served API is derived. */
export interface PipelineSignature {
  /** As its author wrote it. */
  readonly title: string;
  readonly description: string;
  readonly inputs: readonly SignatureInput[];
  readonly outputs: readonly SignatureOutput[];
}

/** The signature of a checked document without errors, inputs and outputs in the document's order. */
export function signatureOf(checked: Checked): PipelineSignature {
  const { document, nodes, types } = checked;
  const inputs = [...checked.publicInputs].map(([name, id]): SignatureInput => {
    const node = nodes.get(id);
    const [port] = Object.keys(node?.outputs ?? {});
    return {
      name,
      kind: node?.definition.external ?? 'json',
      doc: document.inputs[name]?.doc ?? '',
      type: types.get(`${id}.${port}`) ?? null,
    };
  });
  const outputs = [...checked.publicOutputs].flatMap(([name, id]): readonly SignatureOutput[] => {
    const [port] = Object.keys(nodes.get(id)?.inputs ?? {});
    const type = types.get(`${id}.${port}`);
    return type === undefined ? [] : [{ name, kind: type.kind, doc: document.outputs[name]?.doc ?? '', type }];
  });
  return { title: document.name, description: document.description ?? '', inputs, outputs };
}
