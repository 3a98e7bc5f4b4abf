import { create } from 'zustand';
import type { CompiledForm, FormOutside } from '../../core/define/compiledForm.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { FusedComparison } from '../../core/profile/fusedComparison.ts';

/** `files`: as `tributary compile` writes it; `fused`: as runs take it, where decoding keeps what it does cheaper. */
export type FormKind = 'files' | 'fused';

export interface CompiledState {
  /** The session that all below belongs to. */
  readonly session: string | null;
  /** Parts are on the canvas. */
  readonly shown: boolean;
  readonly kind: FormKind;
  readonly form: CompiledForm | null;
  /** What the form was made of (`formKey`); null: nothing yet. */
  readonly of: string | null;
  readonly asking: boolean;
  readonly problem: ProblemData | null;
  /** The part that is pointed at, by its place. */
  readonly hot: number | null;
  /** Compiled against node by node, of the document with that key. */
  readonly compared: { readonly result: FusedComparison; readonly of: string } | null;
}

const nothing: CompiledState = {
  session: null,
  shown: false,
  kind: 'files',
  form: null,
  of: null,
  asking: false,
  problem: null,
  hot: null,
  compared: null,
};

/** Which nodes would be compiled into which file; nothing of it is in the document. */
export const useCompiled = create<CompiledState>()(() => nothing);

export function compiled(): CompiledState {
  return useCompiled.getState();
}
export function setCompiled(part: Partial<CompiledState>): void {
  useCompiled.setState(part);
}
/** Another pipeline: nothing that was found belongs to it. */
export function resetCompiled(session: string | null): void {
  const { kind } = compiled();
  useCompiled.setState({ ...nothing, kind, session });
}

/** The part that a node is in, by its place; null for a node outside. */
export function partOf(form: CompiledForm | null, node: string): number | null {
  const at = form?.parts.findIndex((part) => part.nodes.includes(node)) ?? -1;
  return at < 0 ? null : at;
}

/** What a node that runs outside says of itself: for all of it, or for some of its outputs. */
export function outsideWords({ why, besides }: Pick<FormOutside, 'why' | 'besides'>): string {
  return besides.length === 0 ? why : `for ${besides.join(', ')} only: ${why}`;
}

/** Hues go round after so many parts; the number tells them apart. */
const hues = 6;
export function partHue(at: number): string {
  return `var(--part-${(at % hues) + 1})`;
}
