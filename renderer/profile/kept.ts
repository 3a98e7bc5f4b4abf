import type { Json } from '../../core/kinds/value.ts';
import type { StudioArgs } from '../../core/studio/api.ts';
import { remember, settingOf, useSetting } from '../state/settings.ts';
import { state, useStudio } from '../state/state.ts';

/** What is kept in the studio's settings for profiling: how to measure, and the target of each pipeline. */

type Settings = NonNullable<StudioArgs<'startProfile'>['settings']>;

/** What is no such setting (of an older or a foreign studio) is as if it were not there. */
export function settingsOf(kept: Json): Settings {
  const { intervalPercent, budgetMs, operators } = entriesOf(kept);
  return {
    ...(isPositive(intervalPercent) ? { intervalPercent } : {}),
    ...(isPositive(budgetMs) ? { budgetMs } : {}),
    ...(typeof operators === 'boolean' ? { operators } : {}),
  };
}

/** Pipeline → milliseconds. */
export function targetsOf(kept: Json): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(entriesOf(kept)).flatMap(([key, ms]) => (isPositive(ms) ? [[key, ms] as const] : [])),
  );
}

function entriesOf(kept: Json): Readonly<Record<string, Json>> {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
  return Object.fromEntries(Object.entries(kept));
}
function isPositive(value: Json | undefined): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

/** More pipelines than these are forgotten, oldest first. */
const mostTargets = 100;

export function keptSettings(): Settings {
  return settingsOf(settingOf('profile'));
}
export function useKeptSettings(): Settings {
  return settingsOf(useSetting('profile'));
}
export function keepSettings(part: Settings): void {
  remember('profile', { ...keptSettings(), ...part });
}

/** The latency in milliseconds that the pipeline's p95 is to keep under; null when none was set. */
export function useTarget(): number | null {
  const key = useStudio((s) => targetKey(s));
  return targetsOf(useSetting('profileTargets'))[key] ?? null;
}
export function keepTarget(ms: number | null): void {
  const key = targetKey(state());
  const { [key]: _, ...others } = targetsOf(settingOf('profileTargets'));
  const rest = Object.entries(others).slice(1 - mostTargets);
  remember('profileTargets', Object.fromEntries(ms === null ? rest : [...rest, [key, ms]]));
}

function targetKey({ session, document }: Pick<ReturnType<typeof state>, 'session' | 'document'>): string {
  return session?.path ?? document.name;
}
