import { create } from 'zustand';
import type { CompiledReport } from '../../core/studio/compilingCalls.ts';

/** How a pipeline is to be compiled to files, as the form holds it, and what came of it. */
export interface CompileState {
  /** The session that all below belongs to. */
  readonly session: string | null;
  /** Absolute. */
  readonly output: string;
  /** A person was asked whether a file there may be replaced. */
  readonly replace: boolean;
  readonly apart: boolean;
  readonly keepDecodePass: boolean;
  /** `input.field=value`, one a line. */
  readonly assume: string;
  readonly examples: boolean;
  /** Also a pipeline that uses the files. */
  readonly pipeline: boolean;
  readonly verify: boolean;
  readonly on: 'own' | 'library';
  readonly report: CompiledReport | null;
}

const usual: CompileState = {
  session: null,
  output: '',
  replace: false,
  apart: false,
  keepDecodePass: false,
  assume: '',
  examples: true,
  pipeline: false,
  verify: true,
  on: 'own',
  report: null,
};

export const useCompile = create<CompileState>()(() => usual);

export function toCompile(): CompileState {
  return useCompile.getState();
}
export function setCompile(part: Partial<CompileState>): void {
  useCompile.setState(part);
}
/** Another pipeline: another place, and nothing came of it yet. */
export function resetCompile(session: string, output: string): void {
  useCompile.setState({ ...usual, session, output });
}
