import { compiled } from '../compiled/compiledState.ts';
import { toggleCompiled } from '../compiled/compiling.ts';
import { focusPalette } from '../palette/focus.ts';
import { settingOf } from '../state/settings.ts';
import { type BottomPanel, type StudioState, setState, state } from '../state/state.ts';
import { setTheme } from '../state/theme.ts';
import { setUiZoom, stepUiZoom, uiZoomOf, uiZooms } from '../state/uiZoom.ts';
import type { Command } from './command.ts';

const opened = (s: StudioState): boolean => s.session !== null;

/** What changes how things are seen, and nothing else. */
export const viewCommands: readonly Command[] = [
  {
    id: 'view.screen',
    title: (s) => (s.screen === 'profile' ? 'Design screen' : 'Profile screen'),
    group: 'View',
    keys: ['F8'],
    keywords: ['design', 'profile', 'timeline', 'advice', 'switch'],
    inFields: true,
    enabled: opened,
    run: () => setState({ screen: state().screen === 'profile' ? 'design' : 'profile' }),
  },
  {
    id: 'view.export',
    title: (s) => (s.screen === 'export' ? 'Design screen' : 'Export…'),
    group: 'View',
    keys: ['F9'],
    keywords: [
      'ship',
      'deploy',
      'docker',
      'container',
      'kubernetes',
      'triton',
      'bundle',
      'sagemaker',
      'ray',
      'fastapi',
    ],
    inFields: true,
    enabled: opened,
    run: () => setState({ screen: state().screen === 'export' ? 'design' : 'export' }),
  },
  {
    id: 'view.find',
    title: 'Find nodes…',
    group: 'Edit',
    keys: ['Mod+F'],
    keywords: ['search', 'go to'],
    inFields: true,
    enabled: opened,
    run: () => setState({ dialog: { dialog: 'find' } }),
  },
  {
    id: 'view.searchNodes',
    title: 'Search node types',
    group: 'View',
    keys: ['/'],
    keywords: ['nodes', 'add node', 'types'],
    enabled: opened,
    run: focusPalette,
  },
  panel('problems', 'Problems', ['Mod+Shift+M', 'Mod+Alt+1'], ['errors', 'warnings']),
  panel('media', 'Media library', ['Mod+Alt+2'], ['files', 'samples', 'camera', 'microphone']),
  panel('runs', 'Runs', ['Mod+Alt+3'], ['history', 'compare']),
  {
    id: 'view.compiled',
    title: (s) => (compiledShown(s) ? 'Hide compiled parts' : 'Show compiled parts'),
    group: 'View',
    keys: ['Mod+Alt+4'],
    keywords: ['onnx', 'lower', 'fused', 'file', 'outside', 'why', 'export'],
    inFields: true,
    enabled: (s) => s.session !== null && s.document.nodes.length > 0,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'There are no nodes yet'),
    checked: compiledShown,
    run: toggleCompiled,
  },
  {
    id: 'view.bottom',
    title: (s) => (s.bottom === null ? 'Show the lower panel' : 'Hide the lower panel'),
    group: 'View',
    keys: ['Mod+J'],
    inFields: true,
    enabled: opened,
    run: () => {
      const { bottom } = state();
      if (bottom !== null) lastBottom = bottom;
      setState({ bottom: bottom === null ? lastBottom : null });
    },
  },
  {
    id: 'view.left',
    title: 'Palette of nodes',
    group: 'View',
    keys: ['Mod+\\'],
    keywords: ['left panel', 'sidebar'],
    inFields: true,
    enabled: opened,
    checked: (s) => s.leftOpen,
    run: () => setState({ leftOpen: !state().leftOpen }),
  },
  {
    id: 'view.right',
    title: 'Inspector',
    group: 'View',
    keys: ['Mod+Shift+\\'],
    keywords: ['right panel', 'sidebar', 'parameters'],
    inFields: true,
    enabled: opened,
    checked: (s) => s.rightOpen,
    run: () => setState({ rightOpen: !state().rightOpen }),
  },
  {
    id: 'view.wireTypes',
    title: 'Types on all wires',
    group: 'View',
    keys: ['Mod+I'],
    keywords: ['dtype', 'shape', 'labels'],
    enabled: opened,
    checked: (s) => s.wireTypesAlways,
    run: () => setState({ wireTypesAlways: !state().wireTypesAlways }),
  },
  theme('dark', 'Dark'),
  theme('light', 'Light'),
  theme('system', 'As the system'),
  {
    id: 'view.larger',
    title: 'Larger interface',
    group: 'View',
    keys: ['Mod+Alt+='],
    keywords: ['zoom', 'bigger', 'size', 'text'],
    inFields: true,
    enabled: () => uiZoom() < uiZooms[uiZooms.length - 1],
    whyNot: () => 'It is at its largest, 150 %',
    run: () => setUiZoom(stepUiZoom(uiZoom(), 1)),
  },
  {
    id: 'view.smaller',
    title: 'Smaller interface',
    group: 'View',
    keys: ['Mod+Alt+-'],
    keywords: ['zoom', 'size', 'text'],
    inFields: true,
    enabled: () => uiZoom() > uiZooms[0],
    whyNot: () => 'It is at its smallest, 100 %',
    run: () => setUiZoom(stepUiZoom(uiZoom(), -1)),
  },
  {
    id: 'view.normal',
    title: 'Interface at 100 %',
    group: 'View',
    keys: ['Mod+Alt+0'],
    keywords: ['zoom', 'reset', 'size'],
    inFields: true,
    enabled: () => uiZoom() !== 1,
    whyNot: () => 'It is at 100 %',
    run: () => setUiZoom(1),
  },
  {
    id: 'view.commands',
    title: 'Commands…',
    group: 'Help',
    keys: ['Mod+K'],
    keywords: ['palette', 'search'],
    inFields: true,
    run: () => setState({ dialog: { dialog: 'commands' } }),
  },
  {
    id: 'help.keys',
    title: 'Keyboard map',
    group: 'Help',
    keys: ['?', 'F1'],
    keywords: ['shortcuts', 'hotkeys'],
    run: () => setState({ dialog: { dialog: 'keys' } }),
  },
  {
    id: 'help.about',
    title: 'About Tributary',
    group: 'Help',
    keywords: ['version', 'licence'],
    run: () => setState({ dialog: { dialog: 'about' } }),
  },
];

/** Which panel comes back when the lower panel is shown again. */
let lastBottom: BottomPanel = 'problems';

function panel(
  name: Exclude<BottomPanel, 'compiled'>,
  title: string,
  keys: readonly string[],
  keywords: readonly string[],
): Command {
  return {
    id: `view.${name}`,
    title,
    group: 'View',
    keys,
    keywords,
    inFields: true,
    enabled: opened,
    checked: (s) => s.bottom === name,
    run: () => {
      const { bottom, screen } = state();
      if (screen === 'design') setState({ bottom: bottom === name ? null : name });
      else setState({ screen: 'design', bottom: name });
    },
  };
}

function compiledShown(s: StudioState): boolean {
  const { shown, session } = compiled();
  return shown && session === s.session?.id;
}

function theme(name: StudioState['theme'], word: string): Command {
  return {
    id: `view.theme.${name}`,
    title: `Theme: ${word.toLowerCase()}`,
    group: 'View',
    keywords: ['colours', 'appearance', 'mode'],
    checked: (s) => s.theme === name,
    run: () => setTheme(name),
  };
}

function uiZoom(): number {
  return uiZoomOf(settingOf('uiZoom'));
}
