import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type MenuEntry, menuBar, menuTemplate } from '../../electron/menu.ts';
import { projectFiles, root } from '../rules/sources.ts';

const commandsOf = (platform: NodeJS.Platform): readonly Extract<MenuEntry, { readonly command: string }>[] =>
  menuBar(platform, true).flatMap(({ entries }) =>
    entries.flatMap((entry) => (typeof entry === 'object' && 'command' in entry ? [entry] : [])),
  );

/** The studio's commands as their source has them: id to keys. */
function studioCommands(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const file of projectFiles().filter((name) => /^renderer\/commands\/.*\.tsx?$/.test(name))) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const [, id, rest] of text.matchAll(/\bid: '([a-z]+\.[A-Za-z]+)'([\s\S]*?)(?=\bid: '|$)/g)) {
      const keys = /\bkeys: \[((?:'[^']*'|"[^"]*"|[^\]'"])*)\]/.exec(rest)?.[1] ?? '';
      found.set(
        id,
        [...keys.matchAll(/'([^']+)'|"([^"]+)"/g)].map((match) => (match[1] ?? match[2]).replace('\\\\', '\\')),
      );
    }
  }
  return found;
}

it('has the menus that each system expects', () => {
  expect(menuBar('linux', true).map(({ label }) => label)).toEqual(['File', 'Edit', 'Canvas', 'View', 'Run', 'Help']);
  expect(menuBar('darwin', true).map(({ label }) => label)).toEqual([
    'Tributary',
    'File',
    'Edit',
    'Canvas',
    'View',
    'Run',
    'Window',
    'Help',
  ]);
  const file = (platform: NodeJS.Platform): readonly MenuEntry[] =>
    menuBar(platform, true).find(({ label }) => label === 'File')?.entries ?? [];
  expect(file('win32')).toContainEqual({ role: 'quit' });
  expect(file('darwin')).not.toContainEqual({ role: 'quit' });
});

it('names commands of the studio, with the same keys', () => {
  const known = studioCommands();
  expect(known.size).toBeGreaterThan(10);
  for (const { command, keys } of commandsOf('linux')) {
    expect([command, known.has(command)]).toEqual([command, true]);
    if (keys !== undefined) expect(known.get(command)).toContain(keys.replace('CmdOrCtrl', 'Mod'));
  }
});

it('has each key once', () => {
  const keys = menuBar('darwin', false).flatMap(({ entries }) =>
    entries.flatMap((entry) => (typeof entry === 'object' && 'keys' in entry && entry.keys ? [entry.keys] : [])),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

it('leaves tools for developers out of what is shipped', () => {
  const text = (packaged: boolean): string => JSON.stringify(menuBar('linux', packaged));
  expect(text(true)).not.toContain('toggleDevTools');
  expect(text(false)).toContain('toggleDevTools');
  expect(text(false)).not.toContain('"reload"');
});

it('calls commands by a click and leaves keys to the page', () => {
  const called: string[] = [];
  const template = menuTemplate(menuBar('linux', true), {
    command: (id) => called.push(id),
    action: (action) => called.push(action),
  });
  const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  for (const item of items) {
    if (item.id !== undefined) expect(item.registerAccelerator).toBe(false);
    // Electron calls it with the item, the window and the event; none is used.
    if (item.click !== undefined) Reflect.apply(item.click, undefined, []);
  }
  expect(called).toEqual([...called].filter((name, i) => called.indexOf(name) === i));
  expect(called).toContain('newWindow');
  expect(called).toContain('run.all');
  expect(called.length).toBe(commandsOf('linux').length + 1);
});
