import { z } from 'zod';
import type { StudioArgs } from '../../core/studio/api.ts';
import { remember, settingOf, useSetting } from '../state/settings.ts';
import { state, useStudio } from '../state/state.ts';

/** What is kept in the studio's settings for profiling: how to measure, and the target of each pipeline. */

type Settings = NonNullable<StudioArgs<'startProfile'>['settings']>;

const settingsSchema = z
  .object({ intervalPercent: z.number().positive(), budgetMs: z.number().positive(), operators: z.boolean() })
  .partial();
const targetsSchema = z.record(z.string(), z.number().positive());

/** More pipelines than these are forgotten, oldest first. */
const mostTargets = 100;

export function keptSettings(): Settings {
  return settingsSchema.safeParse(settingOf('profile')).data ?? {};
}
export function useKeptSettings(): Settings {
  return settingsSchema.safeParse(useSetting('profile')).data ?? {};
}
export function keepSettings(part: Settings): void {
  remember('profile', { ...keptSettings(), ...part });
}

/** The latency in milliseconds that the pipeline's p95 is to keep under; null when none was set. */
export function useTarget(): number | null {
  const key = useStudio((s) => targetKey(s));
  const kept = targetsSchema.safeParse(useSetting('profileTargets')).data ?? {};
  return kept[key] ?? null;
}
export function keepTarget(ms: number | null): void {
  const key = targetKey(state());
  const { [key]: _, ...others } = targetsSchema.safeParse(settingOf('profileTargets')).data ?? {};
  const rest = Object.entries(others).slice(1 - mostTargets);
  remember('profileTargets', Object.fromEntries(ms === null ? rest : [...rest, [key, ms]]));
}

function targetKey({ session, document }: Pick<ReturnType<typeof state>, 'session' | 'document'>): string {
  return session?.path ?? document.name;
}
