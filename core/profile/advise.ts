import type { Checked } from '../check/checked.ts';
import type { FactsLookup } from '../check/files.ts';
import type { Registry } from '../define/registry.ts';
import { applyChanges } from '../graph/edit.ts';
import type { Candidate } from './advice.ts';
import { batchIdeas } from './candidates/batch.ts';
import { copyIdeas } from './candidates/copies.ts';
import { cropFirstIdeas } from './candidates/cropFirst.ts';
import { decodePassIdeas } from './candidates/decodePass.ts';
import { deviceIdeas } from './candidates/device.ts';
import { fallbackIdeas } from './candidates/fallback.ts';
import { idleIdeas } from './candidates/idleNodes.ts';
import { int8Ideas } from './candidates/int8.ts';
import { laneIdeas } from './candidates/lanes.ts';
import { optimisationIdeas } from './candidates/optimisation.ts';
import { precisionIdeas } from './candidates/precision.ts';
import { reorderIdeas } from './candidates/reorder.ts';
import { sharedWorkIdeas } from './candidates/sharedWork.ts';
import { type Idea, newErrors, type Subject } from './candidates/subject.ts';
import { threadIdeas } from './candidates/threads.ts';
import { twoResizesIdeas } from './candidates/twoResizes.ts';
import type { Machine } from './knobs.ts';
import type { Profile } from './profile.ts';

export interface AdviceAsk {
  readonly profile: Pick<Profile, 'measured' | 'environment'>;
  /** The profile's document, checked. */
  readonly checked: Checked;
  readonly registry: Registry;
  /** The facts of the document's files, as `check` had them. */
  readonly facts: FactsLookup;
  readonly machine: Machine;
}

/** What looks for each kind of advice. Of two that come to the same document, the first one tells it. */
const finders: readonly ((subject: Subject) => readonly Idea[])[] = [
  reorderIdeas,
  cropFirstIdeas,
  twoResizesIdeas,
  decodePassIdeas,
  sharedWorkIdeas,
  idleIdeas,
  fallbackIdeas,
  deviceIdeas,
  laneIdeas,
  threadIdeas,
  copyIdeas,
  batchIdeas,
  int8Ideas,
  precisionIdeas,
  optimisationIdeas,
];

/**
 * What might make the pipeline faster by what was measured, the most promising first. Each gives a document without new
 * errors that differs from the one as it stands; none has been tried.
 */
export function advise(ask: AdviceAsk): readonly Candidate[] {
  const subject = subjectOf(ask);
  const seen = new Set<string>();
  const ideas = finders
    .flatMap((find) => find(subject))
    .filter((idea) => {
      const text = JSON.stringify(applyChanges(subject.document, idea.changes));
      if (seen.has(text) || idea.changes.length === 0) return false;
      seen.add(text);
      return newErrors(subject, idea).length === 0;
    })
    .sort((a, b) => b.expected - a.expected);
  return ideas.map(({ expected: _, ...candidate }) => candidate);
}

function subjectOf({ profile, checked, registry, facts, machine }: AdviceAsk): Subject {
  const { measured, environment } = profile;
  return {
    document: checked.document,
    measured,
    checked,
    registry,
    facts,
    machine,
    platform: `${environment.os} ${environment.cpu}`,
    nodes: new Map(measured.nodes.map((node) => [node.node, node])),
    models: new Map(measured.models.map((model) => [model.node, model])),
    wallMs: Math.max(1e-6, measured.wall.p50),
  };
}
