import { describe, expect, it } from 'vitest';
import { commandFor, type Focus } from '../../../renderer/shell/useKeys.ts';

const all = [
  { id: 'save', keys: ['Mod+S'], inFields: true },
  { id: 'undo', keys: ['Mod+Z'] },
  { id: 'run', keys: ['F5'], inFields: true },
  { id: 'rename', keys: ['F2'] },
  { id: 'remove', keys: ['Delete'] },
  { id: 'open', keys: ['Enter'] },
  { id: 'add', keys: ['Space'] },
  { id: 'help', keys: ['?'] },
];
function found(key: string, code: string, focus: Focus, ctrl = false): string | undefined {
  const pressed = { key, code, ctrlKey: ctrl, metaKey: false, altKey: false, shiftKey: key === '?' };
  return commandFor(pressed, focus, all, false)?.id;
}

describe('which command a key is for', () => {
  it('leaves text to text fields, but saves and runs from there', () => {
    expect(found('s', 'KeyS', 'text', true)).toBe('save');
    expect(found('F5', 'F5', 'text')).toBe('run');
    expect(found('z', 'KeyZ', 'text', true)).toBeUndefined();
    expect(found('Delete', 'Delete', 'text')).toBeUndefined();
    expect(found('?', 'Slash', 'text')).toBeUndefined();
  });

  it('leaves Enter and Space to buttons', () => {
    expect(found('Enter', 'Enter', 'button')).toBeUndefined();
    expect(found(' ', 'Space', 'button')).toBeUndefined();
    expect(found('Delete', 'Delete', 'button')).toBe('remove');
    expect(found('?', 'Slash', 'button')).toBe('help');
  });

  it('leaves plain keys to sliders, lists and numbers', () => {
    expect(found('Delete', 'Delete', 'value')).toBeUndefined();
    expect(found(' ', 'Space', 'value')).toBeUndefined();
    expect(found('z', 'KeyZ', 'value', true)).toBe('undo');
    expect(found('F2', 'F2', 'value')).toBe('rename');
  });

  it('takes everything elsewhere', () => {
    expect(found('Enter', 'Enter', 'other')).toBe('open');
    expect(found(' ', 'Space', 'other')).toBe('add');
    expect(found('x', 'KeyX', 'other')).toBeUndefined();
  });
});
