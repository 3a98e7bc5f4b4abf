import { create } from 'zustand';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { emptyHistory, type History } from '../../core/graph/history.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { NodeState } from '../../core/run/result.ts';
import type { About, BatchRow, PickPath, RunPhase, RunSummary, StudioApi } from '../../core/studio/api.ts';
import type { CheckReport, NodeSpec } from '../../core/studio/catalog.ts';

/** The open document's file and how it stands with it. */
export interface OpenSession {
  readonly id: string;
  /** null until it has been saved. */
  readonly path: string | null;
  readonly folder: string;
  readonly readOnly: boolean;
  readonly alsoOpen: string | null;
  readonly recovered: boolean;
  /** The path with which work that has no file is opened again. */
  readonly recovery: string | null;
  /** Where in the history the file on disk stands; -1 when nowhere. */
  readonly savedAt: number;
  readonly onDisk: 'same' | 'changed' | 'gone';
  readonly warnings: readonly ProblemData[];
}

export interface NodeRun {
  readonly state: 'running' | NodeState;
  readonly items: number;
  readonly atMs: number;
}
/** The run that goes on, or the last one. */
export interface RunView {
  readonly run: string;
  readonly phase: RunPhase;
  readonly startedAt: number;
  readonly nodes: Readonly<Record<string, NodeRun>>;
  readonly notes: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly summary: RunSummary | null;
  readonly batch: {
    readonly done: number;
    readonly failed: number;
    readonly total: number;
    readonly leftMs: number | null;
    readonly rows: readonly BatchRow[];
  } | null;
}

export interface Selection {
  /** Ids of nodes, notes and groups. */
  readonly ids: readonly string[];
  /** Wires, by the input where they end. */
  readonly wires: readonly string[];
}

/** A wire in hand: from an output (`from`) or backwards from an input (`to`). */
export interface WireInHand {
  readonly end: string;
  readonly side: 'from' | 'to';
}

/** The screens of an open pipeline. */
export type Screen = 'design' | 'profile' | 'export';
export type BottomPanel = 'problems' | 'media' | 'runs' | 'compiled';
export type Dialog =
  | { readonly dialog: 'commands' }
  | { readonly dialog: 'find' }
  | { readonly dialog: 'keys' }
  | { readonly dialog: 'about' }
  | { readonly dialog: 'shrink' }
  | { readonly dialog: 'compile' }
  | {
      readonly dialog: 'files';
      readonly purpose: PickPath['purpose'];
      readonly startIn?: string;
      readonly name?: string;
      readonly done: (path: string | null) => void;
    }
  | {
      readonly dialog: 'ask';
      readonly title: string;
      readonly text: string;
      readonly choices: readonly { readonly label: string; readonly value: string; readonly primary?: boolean }[];
      readonly done: (value: string | null) => void;
    };

/** A message that comes and goes. Errors stay until they are closed. */
export interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'warning' | 'error';
  readonly text: string;
  readonly fix?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface StudioState {
  readonly api: StudioApi;
  readonly connected: boolean;
  /** How often the lost connection was tried since. */
  readonly tries: number;
  readonly about: About | null;
  readonly specs: ReadonlyMap<string, NodeSpec>;

  /** null: the welcome screen. */
  readonly session: OpenSession | null;
  readonly document: PipelineDocument;
  readonly history: History;
  /** Of the document as it was when it was last checked, a moment ago at most. */
  readonly report: CheckReport | null;
  readonly checking: boolean;

  readonly selection: Selection;
  readonly wireInHand: WireInHand | null;

  readonly run: RunView | null;
  /** Runs whose values can be looked at, newest first. */
  readonly runs: readonly RunSummary[];
  /** Run whose previews are on the canvas; null: the newest. */
  readonly shownRun: string | null;
  /** Two runs side by side. */
  readonly compare: { readonly left: string; readonly right: string } | null;
  /** Seconds: moves all previews of sequences together. */
  readonly time: number;
  readonly live: boolean;
  /** Runs take the compiled form. */
  readonly fused: boolean;
  /** Where models that leave it open run: `auto` or a device. */
  readonly device: string;

  readonly screen: Screen;
  readonly viewer: { readonly end: string } | null;
  readonly bottom: BottomPanel | null;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly wireTypesAlways: boolean;
  readonly theme: 'dark' | 'light' | 'system';
  readonly dialog: Dialog | null;
  readonly toasts: readonly Toast[];
}

export const emptyDocument: PipelineDocument = {
  schemaVersion: 1,
  name: 'untitled',
  nodes: [],
  wires: [],
  groups: [],
  notes: [],
  inputs: {},
  outputs: {},
  files: [],
};

/** The studio's whole state. Only functions of renderer/state and renderer/commands write it, by `setState`. */
export const useStudio = create<StudioState>()(() => ({
  // Set by main.tsx before anything is drawn.
  api: undefined as unknown as StudioApi,
  connected: false,
  tries: 0,
  about: null,
  specs: new Map(),
  session: null,
  document: emptyDocument,
  history: emptyHistory,
  report: null,
  checking: false,
  selection: { ids: [], wires: [] },
  wireInHand: null,
  run: null,
  runs: [],
  shownRun: null,
  compare: null,
  time: 0,
  live: false,
  fused: false,
  device: 'auto',
  screen: 'design',
  viewer: null,
  bottom: null,
  leftOpen: true,
  rightOpen: true,
  wireTypesAlways: false,
  theme: 'system',
  dialog: null,
  toasts: [],
}));

export function state(): StudioState {
  return useStudio.getState();
}
export function setState(part: Partial<StudioState>): void {
  useStudio.setState(part);
}
