import path from 'node:path';
import { expect, it } from 'vitest';
import { stateFolder } from '../../../host/files/stateFolder.ts';

it('state lies where each system keeps such things', () => {
  expect(stateFolder({}, 'linux', '/home/a')).toBe('/home/a/.local/state/tributary');
  expect(stateFolder({ XDG_STATE_HOME: '/state' }, 'linux', '/home/a')).toBe('/state/tributary');
  expect(stateFolder({ XDG_STATE_HOME: 'relative' }, 'linux', '/home/a')).toBe('/home/a/.local/state/tributary');
  expect(stateFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Tributary/state');
  expect(stateFolder({ LOCALAPPDATA: '/local' }, 'win32', '/a')).toBe('/local/Tributary');
});

it('and where it is told to', () => {
  expect(stateFolder({ TRIBUTARY_STATE: '/tmp/x', XDG_STATE_HOME: '/state' }, 'linux', '/home/a')).toBe('/tmp/x');
  expect(stateFolder({ TRIBUTARY_STATE: 'x' }, 'linux', '/home/a')).toBe(path.resolve('x'));
  expect(stateFolder({ TRIBUTARY_STATE: '' }, 'linux', '/home/a')).toBe('/home/a/.local/state/tributary');
});
