import { describe, expect, it } from 'vitest';
import { commandGroups, titleOf, whyNot } from '../../../renderer/commands/command.ts';
import { commandOf, commands } from '../../../renderer/commands/commands.ts';
import { sameWay } from '../../../renderer/shell/keys.ts';
import { type StudioState, state } from '../../../renderer/state/state.ts';

/** Keys that browsers keep for themselves, so that a page never hears of them. */
const kept = ['Mod+N', 'Mod+T', 'Mod+W', 'Mod+Shift+N', 'Mod+Shift+T', 'Mod+Shift+W', 'Mod+Q'];

describe('commands', () => {
  it('have an id that is used once, a title and a known group', () => {
    const ids = commands.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const command of commands) {
      expect(titleOf(command, state()), command.id).toMatch(/\S/);
      expect(commandGroups).toContain(command.group);
      expect(commandOf(command.id)).toBe(command);
    }
  });

  it('share no key', () => {
    const owners = new Map<string, string>();
    for (const command of commands) {
      for (const keys of command.keys ?? []) {
        const way = sameWay(keys);
        expect(owners.get(way), `${keys} is both ${owners.get(way)} and ${command.id}`).toBeUndefined();
        owners.set(way, command.id);
      }
    }
    expect(owners.size).toBeGreaterThan(20);
  });

  it('use no key that the browser keeps', () => {
    for (const command of commands)
      for (const keys of command.keys ?? []) expect(kept, command.id).not.toContain(sameWay(keys));
  });

  it('say why not while no pipeline is open, and leave open what opens one', () => {
    const now = state();
    expect(now.session).toBeNull();
    for (const id of ['file.new', 'file.open', 'file.fromModel', 'view.commands', 'help.keys', 'view.theme.light'])
      expect(whyNot(commandOf(id)!, now), id).toBeUndefined();
    for (const id of ['file.save', 'edit.undo', 'run.all', 'view.find', 'view.problems', 'file.reload'])
      expect(whyNot(commandOf(id)!, now), id).toMatch(/\S/);
    for (const command of commands.filter((c) => c.group === 'Canvas')) {
      expect(whyNot(command, now), command.id).toMatch(/\S/);
    }
  });

  it('change no cards on the screen that only shows them', () => {
    const node = { id: 'a', type: 'x.y', version: 1, params: {}, position: { x: 0, y: 0 } };
    const session = {
      id: 's',
      path: null,
      folder: '',
      readOnly: false,
      alsoOpen: null,
      recovered: false,
      recovery: null,
      savedAt: 0,
      onDisk: 'same' as const,
      warnings: [],
    };
    const design: StudioState = {
      ...state(),
      session,
      document: { ...state().document, nodes: [node] },
      selection: { ids: ['a'], wires: [] },
    };
    const profile: StudioState = { ...design, screen: 'profile' };
    for (const id of ['edit.delete', 'edit.duplicate', 'canvas.add', 'edit.selectAll']) {
      expect(whyNot(commandOf(id)!, design), id).toBeUndefined();
      expect(whyNot(commandOf(id)!, profile), id).toMatch(/Design/);
    }
    for (const id of ['run.profile', 'run.all', 'view.screen', 'view.find', 'canvas.fit', 'canvas.zoomIn'])
      expect(whyNot(commandOf(id)!, profile), id).toBeUndefined();
    expect(titleOf(commandOf('run.all')!, profile)).toBe('Profile again');
    expect(titleOf(commandOf('run.all')!, design)).toBe('Run');
  });
});
