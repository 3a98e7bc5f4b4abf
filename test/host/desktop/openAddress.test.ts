import { expect, it } from 'vitest';
import { openAddress, openCommand, whyNoBrowser } from '../../../host/desktop/openAddress.ts';

it('a browser is opened where somebody looks at the screen', () => {
  expect(whyNoBrowser({ DISPLAY: ':0' }, 'linux')).toBe(null);
  expect(whyNoBrowser({ WAYLAND_DISPLAY: 'wayland-0', CI: '' }, 'linux')).toBe(null);
  expect(whyNoBrowser({}, 'darwin')).toBe(null);
  expect(whyNoBrowser({}, 'linux')).toContain('no display');
  expect(whyNoBrowser({ DISPLAY: ':0', CI: 'true' }, 'linux')).toContain('CI');
  expect(whyNoBrowser({ SSH_CONNECTION: '1 2 3 4' }, 'darwin')).toContain('remote');
});

it('the address is one argument of the program that opens it, on every system', () => {
  const address = 'http://127.0.0.1:7878/?token=a&open=%2Fb%26calc';
  for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const) {
    const command = openCommand(address, platform);
    expect(command.at(-1)).toBe(address);
    expect(command[0]).not.toMatch(/cmd|sh$/);
  }
});

it('only pages are opened', async () => {
  for (const address of ['file:///etc/passwd', 'smb://server/share', 'javascript:alert(1)'])
    expect(await openAddress(address)).toBe(false);
});
