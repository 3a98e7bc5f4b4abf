import type { Json } from '../../core/kinds/value.ts';
import { setState, state, useStudio } from './state.ts';
import { sayProblem } from './toasts.ts';

/** A setting as the back end keeps it, for all windows and the next time; null when it was never set. */
export function useSetting(name: string): Json {
  return useStudio((s) => s.about?.settings[name] ?? null);
}

export function settingOf(name: string): Json {
  return state().about?.settings[name] ?? null;
}

export function remember(name: string, value: Json): void {
  const { about, api } = state();
  if (about === null) return;
  setState({ about: { ...about, settings: { ...about.settings, [name]: value } } });
  api.call('setSettings', { settings: { [name]: value } }).catch(sayProblem);
}
