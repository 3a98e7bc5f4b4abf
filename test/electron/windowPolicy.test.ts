import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideNavigation,
  isOwnUrl,
  mayLoad,
  mayOpenOutside,
  mayReload,
  pageFor,
  schemePrivileges,
  webPreferences,
} from '../../electron/windowPolicy.ts';

/** None of these is ours, whatever it looks like. */
const foreign = [
  'http://studio/',
  'https://studio/',
  'file:///etc/passwd',
  'file://studio/index.html',
  'tributary://other/',
  'tributary://studio.evil.example/',
  'tributary://studio@evil.example/',
  'tributary://user@studio/',
  'tributary://user:word@studio/',
  'tributary://studio:81/',
  'tributary:studio/',
  'tributary:/studio/',
  'tributary:///studio/',
  'tributary-evil://studio/',
  'about:blank',
  'javascript:alert(1)',
  'blob:https://evil.example/1',
  '',
  'null',
  '//studio/',
];

it('a window is closed in (the settings as they are)', () => {
  expect(webPreferences('/app/dist/electron/preload.cjs', 'window0001', true)).toMatchInlineSnapshot(`
    {
      "additionalArguments": [
        "--tributary-client=window0001",
      ],
      "allowRunningInsecureContent": false,
      "contextIsolation": true,
      "devTools": false,
      "experimentalFeatures": false,
      "navigateOnDragDrop": false,
      "nodeIntegration": false,
      "nodeIntegrationInSubFrames": false,
      "nodeIntegrationInWorker": false,
      "preload": "/app/dist/electron/preload.cjs",
      "safeDialogs": true,
      "sandbox": true,
      "spellcheck": false,
      "webSecurity": true,
      "webviewTag": false,
    }
  `);
  expect(webPreferences('/p', 'window0001', false).devTools).toBe(true);
});

it('the scheme is an origin of its own and gets round no policy', () => {
  expect(schemePrivileges).toMatchInlineSnapshot(`
    {
      "allowServiceWorkers": false,
      "bypassCSP": false,
      "codeCache": true,
      "corsEnabled": false,
      "secure": true,
      "standard": true,
      "stream": true,
      "supportFetchAPI": true,
    }
  `);
});

describe('addresses', () => {
  it('of our own pages are known, and no others', () => {
    for (const address of [
      'tributary://studio',
      'tributary://studio/',
      'tributary://studio/#open=x',
      'tributary://studio/assets/a.js',
    ])
      expect([address, isOwnUrl(address)]).toEqual([address, true]);
    for (const address of foreign) expect([address, isOwnUrl(address)]).toEqual([address, false]);
  });

  it('outside are opened only as https of a site that our docs link to', () => {
    expect(mayOpenOutside('https://onnxruntime.ai/docs/execution-providers/')).toBe(true);
    const refused = [
      'http://onnxruntime.ai/',
      'file:///etc/passwd',
      'file://server/share/evil.exe',
      'smb://server/share',
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'ms-msdt:/id PCWDiagnostic',
      'search-ms:query=x',
      'tributary://studio/',
      'https://onnxruntime.ai.evil.example/',
      'https://evil.example/?onnxruntime.ai',
      'https://onnxruntime.ai@evil.example/',
      'https://user@onnxruntime.ai/',
      'https://onnxruntime.ai:8443/',
      'https:onnxruntime.ai.evil',
      'https://evil.example/',
      '\\\\server\\share',
      'C:\\Windows\\System32\\calc.exe',
      '',
    ];
    for (const address of refused) {
      expect([address, mayOpenOutside(address)]).toEqual([address, false]);
      if (address !== 'tributary://studio/') expect(decideNavigation(address)).toBe('deny');
    }
  });

  it('lead a window nowhere but to its own page', () => {
    expect(decideNavigation('tributary://studio/')).toBe('stay');
    expect(decideNavigation('tributary://studio/#open=%2Fa')).toBe('stay');
    expect(decideNavigation('https://onnx.ai/')).toBe('openOutside');
    // A file dropped onto the window, a blob of ours as a page, another page of ours: none of them.
    for (const address of [
      ...foreign,
      'tributary://studio/blob/b1',
      'tributary://studio/x.html',
      'blob:tributary://studio/1',
    ])
      expect([address, decideNavigation(address)]).toEqual([address, 'deny']);
  });

  it('load from us alone: nothing goes to the network', () => {
    for (const address of [
      'tributary://studio/',
      'tributary://studio/blob/b1',
      'blob:tributary://studio/1',
      'data:image/png;base64,',
    ])
      expect([address, mayLoad(address, true)]).toEqual([address, true]);
    for (const address of [
      'https://onnx.ai/',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'devtools://devtools/x',
      'tributary://other/',
      '',
    ])
      expect([address, mayLoad(address, true)]).toEqual([address, false]);
    expect(mayLoad('devtools://devtools/bundled/x', false)).toBe(true);
  });

  it('whatever they are, only https of the list gets out', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.string({ unit: 'binary' })), (address) => {
        if (mayOpenOutside(address)) expect(new URL(address).protocol).toBe('https:');
        expect(isOwnUrl(address)).toBe(false);
      }),
    );
  });

  it('of a file to open carry any name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (file) => {
        const page = new URL(pageFor(file));
        expect(new URLSearchParams(page.hash.slice(1)).get('open')).toBe(file);
        expect(decideNavigation(page.href)).toBe('stay');
      }),
    );
    expect(pageFor()).toBe('tributary://studio/');
  });
});

it('a page that crashes is loaded again three times within a minute', () => {
  expect(mayReload([], 0)).toBe(true);
  expect(mayReload([1000, 2000], 3000)).toBe(true);
  expect(mayReload([1000, 2000, 3000], 4000)).toBe(false);
  expect(mayReload([1000, 2000, 3000], 63_000)).toBe(true);
});
