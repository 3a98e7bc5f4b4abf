import { setState, state, useStudio } from './state.ts';
import { sayProblem } from './toasts.ts';

type Theme = 'dark' | 'light' | 'system';

/** Keeps the page's theme as the state says; `?theme=` in the address goes before it (screenshots). */
export function followTheme(): void {
  const asked = themeOf(new URLSearchParams(location.search).get('theme'));
  if (asked !== null) setState({ theme: asked });
  const system = window.matchMedia('(prefers-color-scheme: light)');
  const show = (): void => {
    const { theme } = state();
    document.documentElement.dataset['theme'] = theme === 'system' ? (system.matches ? 'light' : 'dark') : theme;
  };
  show();
  system.addEventListener('change', show);
  useStudio.subscribe((now, before) => {
    if (now.theme !== before.theme) show();
  });
}

export function setTheme(theme: Theme): void {
  setState({ theme });
  state().api.call('setSettings', { settings: { theme } }).catch(sayProblem);
}

export function themeOf(value: unknown): Theme | null {
  return value === 'dark' || value === 'light' || value === 'system' ? value : null;
}
