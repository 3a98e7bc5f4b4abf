import { expect, it } from 'vitest';
import { isGesture, mayCheck, mayHave, type PermissionAsk } from '../../electron/permissions.ts';

const camera: PermissionAsk = {
  permission: 'media',
  url: 'tributary://studio/',
  isMainFrame: true,
  mediaTypes: ['video', 'audio'],
  msSinceGesture: 100,
};

it('camera and microphone are for our own page, after the person did something', () => {
  expect(mayHave(camera)).toBe(true);
  expect(mayHave({ ...camera, mediaTypes: ['audio'] })).toBe(true);
  expect(mayHave({ ...camera, url: 'https://evil.example/' })).toBe(false);
  expect(mayHave({ ...camera, url: 'file:///etc/passwd' })).toBe(false);
  expect(mayHave({ ...camera, isMainFrame: false })).toBe(false);
  expect(mayHave({ ...camera, msSinceGesture: null })).toBe(false);
  expect(mayHave({ ...camera, msSinceGesture: 6000 })).toBe(false);
  expect(mayHave({ ...camera, mediaTypes: [] })).toBe(false);
  expect(mayHave({ ...camera, mediaTypes: undefined })).toBe(false);
  expect(mayHave({ ...camera, mediaTypes: ['video', 'screen'] })).toBe(false);
});

it('all else is refused', () => {
  const others = [
    'geolocation',
    'notifications',
    'midi',
    'midiSysex',
    'pointerLock',
    'fullscreen',
    'openExternal',
    'display-capture',
    'clipboard-read',
    'hid',
    'serial',
    'usb',
    'idle-detection',
    'mediaKeySystem',
    'window-management',
    'storage-access',
    'top-level-storage-access',
    'keyboardLock',
    'speaker-selection',
    'fileSystem',
    'unknown',
    'deprecated-sync-clipboard-read',
    '',
  ];
  for (const permission of others) {
    expect([permission, mayHave({ ...camera, permission })]).toEqual([permission, false]);
    expect([permission, mayCheck(permission, 'tributary://studio', true)]).toEqual([permission, false]);
  }
  expect(mayHave({ ...camera, permission: 'clipboard-sanitized-write' })).toBe(true);
});

it('only our own page may look at what it could ask for', () => {
  expect(mayCheck('media', 'tributary://studio/', true)).toBe(true);
  expect(mayCheck('media', 'tributary://studio/', false)).toBe(false);
  expect(mayCheck('media', 'https://evil.example', true)).toBe(false);
  expect(mayCheck('media', '', true)).toBe(false);
});

it('moving the mouse is no gesture', () => {
  expect(['mouseDown', 'rawKeyDown', 'touchEnd'].every(isGesture)).toBe(true);
  expect(['mouseMove', 'mouseEnter', 'mouseWheel', 'pointerRawUpdate', ''].some(isGesture)).toBe(false);
});
