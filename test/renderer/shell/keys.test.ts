import { describe, expect, it } from 'vitest';
import { ariaKeys, isPressed, keyText, type Pressed, readKeys, sameWay } from '../../../renderer/shell/keys.ts';

function pressed(key: string, code: string, held: readonly ('ctrl' | 'meta' | 'alt' | 'shift')[] = []): Pressed {
  return {
    key,
    code,
    ctrlKey: held.includes('ctrl'),
    metaKey: held.includes('meta'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
  };
}

describe('keys', () => {
  it('reads combinations, signs and the plus among them', () => {
    expect(readKeys('Mod+Shift+z')).toEqual({ mod: true, shift: true, alt: false, key: 'Z' });
    expect(readKeys('Mod++').key).toBe('+');
    expect(readKeys('+').key).toBe('+');
    expect(readKeys('Alt+Space').key).toBe(' ');
    expect(sameWay('Shift+Mod+z')).toBe(sameWay('Mod+Shift+Z'));
  });

  it('takes Ctrl for Mod, and Cmd on a Mac, and not the other one', () => {
    expect(isPressed(pressed('k', 'KeyK', ['ctrl']), 'Mod+K', false)).toBe(true);
    expect(isPressed(pressed('k', 'KeyK', ['meta']), 'Mod+K', false)).toBe(false);
    expect(isPressed(pressed('k', 'KeyK', ['meta']), 'Mod+K', true)).toBe(true);
    expect(isPressed(pressed('k', 'KeyK', ['ctrl']), 'Mod+K', true)).toBe(false);
    expect(isPressed(pressed('k', 'KeyK', ['ctrl', 'meta']), 'Mod+K', true)).toBe(false);
  });

  it('tells Shift and Alt apart', () => {
    expect(isPressed(pressed('Z', 'KeyZ', ['ctrl', 'shift']), 'Mod+Z', false)).toBe(false);
    expect(isPressed(pressed('Z', 'KeyZ', ['ctrl', 'shift']), 'Mod+Shift+Z', false)).toBe(true);
    expect(isPressed(pressed('n', 'KeyN', ['ctrl']), 'Mod+Alt+N', false)).toBe(false);
    expect(isPressed(pressed('˜', 'KeyN', ['meta', 'alt']), 'Mod+Alt+N', true)).toBe(true);
  });

  it('knows a sign however the keyboard makes it', () => {
    expect(isPressed(pressed('?', 'Slash', ['shift']), '?', false)).toBe(true);
    expect(isPressed(pressed('?', 'Minus', ['shift']), '?', false)).toBe(true);
    expect(isPressed(pressed('?', 'Slash'), '/', false)).toBe(false);
    expect(isPressed(pressed('/', 'Digit7', ['shift']), '/', false)).toBe(true);
    expect(isPressed(pressed('|', 'Backslash', ['ctrl', 'shift']), 'Mod+Shift+\\', false)).toBe(true);
    expect(isPressed(pressed('!', 'Digit1', ['ctrl', 'shift']), 'Mod+Shift+1', false)).toBe(true);
    expect(isPressed(pressed('F5', 'F5'), 'F5', false)).toBe(true);
    expect(isPressed(pressed('F5', 'F5', ['shift']), 'F5', false)).toBe(false);
  });

  it('takes letters by place on other alphabets, but by name on other Latin layouts', () => {
    expect(isPressed(pressed('я', 'KeyZ', ['ctrl']), 'Mod+Z', false)).toBe(true);
    // On a German keyboard Z lies where Y lies on an English one.
    expect(isPressed(pressed('z', 'KeyY', ['ctrl']), 'Mod+Z', false)).toBe(true);
    expect(isPressed(pressed('z', 'KeyY', ['ctrl']), 'Mod+Y', false)).toBe(false);
  });

  it('says them as each system does', () => {
    expect(keyText('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(keyText('Mod+Shift+Z', true)).toBe('⇧⌘Z');
    expect(keyText('Delete', false)).toBe('Del');
    expect(ariaKeys(['Mod+Z', 'F5'], false)).toBe('Control+Z F5');
  });
});
