import { create } from 'zustand';
import type { Shrunk } from '../../core/studio/shrinkingCalls.ts';
import type { BatchItem } from '../commands/libraryBatch.ts';
import { type ShrinkSettings, usualSettings } from './shrinkSettings.ts';

/** What came of the last shrinking. */
export interface ShrinkResult extends Shrunk {
  readonly job: string;
  /** What it was tried on; null: the media in the pipeline's own inputs. */
  readonly samples: readonly BatchItem[] | null;
}

export interface ShrinkState {
  /** The session that all below belongs to. */
  readonly session: string | null;
  /** Whose models; empty: every model. */
  readonly nodes: readonly string[];
  readonly settings: ShrinkSettings;
  /** Calibrated and compared on every set of the library, or on the media in the nodes; null: nothing was said. */
  readonly on: 'own' | 'library' | null;
  /** Where the file goes in the pipeline's folder, for a single model; empty: beside the model, named after the method. */
  readonly path: string;
  /** A file that says what is true of samples. */
  readonly truth: string | null;
  /** What the job under way was given to work on. */
  readonly samples: readonly BatchItem[] | null;
  readonly result: ShrinkResult | null;
  /** What the back end is doing with the result. */
  readonly deciding: 'apply' | 'keep' | 'discard' | null;
}

const nothing: ShrinkState = {
  session: null,
  nodes: [],
  settings: usualSettings,
  on: null,
  path: '',
  truth: null,
  samples: null,
  result: null,
  deciding: null,
};

/** What is known of shrinking; nothing of it is in the document. */
export const useShrink = create<ShrinkState>()(() => nothing);

/** What it is tried on unless said otherwise: ranges that were found on one sample say little. */
export function triedOn(on: ShrinkState['on'], sets: number): 'own' | 'library' {
  if (sets === 0) return 'own';
  return on ?? (sets > 1 ? 'library' : 'own');
}

export function shrinking(): ShrinkState {
  return useShrink.getState();
}
export function setShrinking(part: Partial<ShrinkState>): void {
  useShrink.setState(part);
}
export function setShrinkSettings(part: Partial<ShrinkSettings>): void {
  setShrinking({ settings: { ...shrinking().settings, ...part } });
}
/** Another pipeline: nothing that was found belongs to it. Settings stay. */
export function resetShrinking(session: string): void {
  const { settings } = shrinking();
  useShrink.setState({ ...nothing, settings, session });
}
