import type { Checked } from '../check/checked.ts';
import { paramSet } from '../graph/changes.ts';
import type { PipelineDocument } from '../graph/document.ts';
import { applyChanges, type Change } from '../graph/edit.ts';
import type { Json } from '../kinds/value.ts';
import { fitting, type Knob, knobsOf, type Machine, powersTo, whyNoBatch } from './knobs.ts';
import type { Measured } from './profile.ts';
import type { KnobSetting, SearchSettings } from './search.ts';

export type SearchTune = SearchSettings['knobs'][number];
export const searchTunes = [
  'device',
  'threads',
  'copies',
  'batch',
  'precision',
] as const satisfies readonly SearchTune[];

/** A knob with every value that it may be set to; the first is the one that it has. */
export interface SpaceKnob extends Knob {
  readonly tune: SearchTune;
  readonly values: readonly Json[];
}

export interface SearchSpace {
  readonly document: PipelineDocument;
  readonly knobs: readonly SpaceKnob[];
  /** How many settings there are: the product of the values. */
  readonly size: number;
  /** Nodes with knobs → milliseconds that a request keeps them busy, the most first. */
  readonly busyMs: ReadonlyMap<string, number>;
  readonly cores: number;
}

/** For each knob the index of its value. All 0: the document as it stands. */
export type Config = readonly number[];

const mostBatch = 32;

/** Everything that could be turned, by what the machine has and what the models' files allow. Never enumerated. */
export function spaceOf(
  checked: Checked,
  machine: Machine,
  tunes: readonly SearchTune[],
  measured: Pick<Measured, 'nodes'>,
): SearchSpace {
  const wanted = tunes.length === 0 ? searchTunes : tunes;
  const profiles = new Map(measured.nodes.map((node) => [node.node, node]));
  const ran = [...checked.nodes.values()].filter((node) => profiles.has(node.id));
  const knobs = ran.flatMap((node) => {
    const own = knobsOf(node);
    return searchTunes.flatMap((tune): readonly SpaceKnob[] => {
      const knob = wanted.includes(tune) ? own.get(tune) : undefined;
      if (knob === undefined || (tune === 'batch' && whyNoBatch(node) !== null)) return [];
      const values = valuesOf(knob, tune, machine, profiles.get(node.id)?.device ?? null);
      return values.length < 2 ? [] : [{ ...knob, tune, values }];
    });
  });
  const turned = new Set(knobs.map(({ node }) => node));
  const busy = [...turned].map((node) => [node, profiles.get(node)?.run.mean ?? 0] as const);
  return {
    document: checked.document,
    knobs,
    size: knobs.reduce((product, { values }) => product * values.length, 1),
    busyMs: new Map(busy.sort((a, b) => b[1] - a[1])),
    cores: machine.cores,
  };
}

function valuesOf(knob: Knob, tune: SearchTune, machine: Machine, ran: string | null): readonly Json[] {
  const { now } = knob;
  switch (tune) {
    case 'device':
      // `auto` is the device that ran: to name it changes nothing.
      return fitting(knob, [now, ...machine.devices.filter((device) => device !== ran)]);
    case 'threads':
    case 'copies':
      return fitting(knob, [now, ...powersTo(machine.cores)]);
    case 'batch':
      return fitting(knob, [now, ...powersTo(mostBatch)]);
    case 'precision':
      return knob.spec.form === 'choice' ? fitting(knob, [now, ...knob.spec.choices]) : [];
  }
}

/** What differs from the document as it stands. */
export function settingsOf({ knobs }: SearchSpace, config: Config): readonly KnobSetting[] {
  return knobs.flatMap(({ node, param, values }, i) =>
    config[i] === 0 ? [] : [{ node, param, value: values[config[i]] }],
  );
}

export function changesOf(space: SearchSpace, config: Config): readonly Change[] {
  const changes: Change[] = [];
  let now = space.document;
  for (const { node, param, value } of settingsOf(space, config)) {
    const step = paramSet(now, node, param, value);
    changes.push(...step);
    now = applyChanges(now, step);
  }
  return changes;
}

export function documentOf(space: SearchSpace, config: Config): PipelineDocument {
  return applyChanges(space.document, changesOf(space, config));
}

export function configKey(config: Config): string {
  return config.join(' ');
}

/** The number that a knob stands at; null where the engine chooses, or for one without numbers. */
export function levelOf(knob: SpaceKnob, at: number): number | null {
  const value = knob.values[at];
  return typeof value === 'number' && value >= 1 ? value : null;
}

/** The next value up or down among those that are left, by number; null at the end. From "chosen": the least or the most. */
export function stepFrom(knob: SpaceKnob, at: number, up: boolean, left: ReadonlySet<number>): number | null {
  const here = levelOf(knob, at);
  let best: number | null = null;
  for (const i of left) {
    const there = levelOf(knob, i);
    if (there === null || i === at) continue;
    if (here !== null && (up ? there <= here : there >= here)) continue;
    const bestLevel = best === null ? null : levelOf(knob, best);
    const nearer = here === null ? (up ? (bestLevel ?? 0) < there : (bestLevel ?? Infinity) > there) : false;
    const closer = here !== null && (bestLevel === null || Math.abs(there - here) < Math.abs(bestLevel - here));
    if (nearer || closer) best = i;
  }
  return best;
}
