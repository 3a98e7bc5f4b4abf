import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeOf, mayAsk, pickAskOf } from '../../electron/ipc.ts';
import { filesOf, nodeFoldersOf } from '../../electron/launch.ts';
import { pickDialog } from '../../electron/pickPath.ts';

describe('who is heard', () => {
  const own = { url: 'tributary://studio/#open=x', isMainFrame: true, known: true };
  it('is the main frame of our own page in a window of ours', () => {
    expect(mayAsk(own)).toBe(true);
    expect(mayAsk({ ...own, isMainFrame: false })).toBe(false);
    expect(mayAsk({ ...own, known: false })).toBe(false);
    for (const url of [
      null,
      '',
      'https://evil.example/',
      'file:///a.html',
      'tributary://studio.evil/',
      'about:srcdoc',
      'data:text/html,x',
    ])
      expect([url, mayAsk({ ...own, url })]).toEqual([url, false]);
  });
});

describe('what is heard', () => {
  it('is one text of bounded length', () => {
    expect(envelopeOf(['{}'], 1000)).toBe('{}');
    expect(envelopeOf([], 1000)).toBe(null);
    expect(envelopeOf(['{}', '{}'], 1000)).toBe(null);
    expect(envelopeOf(['x'.repeat((1 << 20) + 1001)], 1000)).toBe(null);
    fc.assert(
      fc.property(fc.array(fc.anything()), (args) => {
        const heard = envelopeOf(args, 1000);
        expect(heard === null || heard === args[0]).toBe(true);
      }),
    );
  });

  it('of the file dialog is a purpose and plain texts', () => {
    expect(pickAskOf([{ purpose: 'model', startIn: '/a' }])).toEqual({ purpose: 'model', startIn: '/a' });
    const bad: readonly (readonly unknown[])[] = [
      [],
      [null],
      ['model'],
      [{ purpose: 'other' }],
      [{ purpose: 'model', extra: 1 }],
      [{ purpose: 'model' }, {}],
      [{ purpose: 'model', startIn: 'a\0b' }],
      [{ purpose: 'model', startIn: 'x'.repeat(5000) }],
      [{ purpose: 'file', name: 7 }],
    ];
    for (const args of bad) expect(pickAskOf(args)).toBe(null);
    fc.assert(
      fc.property(fc.array(fc.anything()), (args) => {
        expect(pickAskOf(args)).toBe(null);
      }),
    );
  });
});

describe('the file dialog', () => {
  it('opens what fits the purpose', () => {
    const model = pickDialog({ purpose: 'model', startIn: '/models' });
    expect(model.kind).toBe('open');
    expect(model.options).toMatchObject({ defaultPath: '/models', properties: ['openFile'] });
    expect(model.options.filters?.[0].extensions).toContain('onnx');
    expect(pickDialog({ purpose: 'folder' }).options.properties).toEqual(['openDirectory']);
    // Relative to what? It starts where the system likes.
    expect(pickDialog({ purpose: 'file', startIn: '../x' }).options.defaultPath).toBeUndefined();
  });

  it('saves under a name in a folder, whatever path the name is', () => {
    const save = pickDialog({ purpose: 'savePipeline', startIn: '/home/a', name: '../../etc/x.tributary.json' });
    expect(save.kind).toBe('save');
    expect(save.options.defaultPath).toBe('/home/a/x.tributary.json');
    expect(save.options.properties).toContain('showOverwriteConfirmation');
    const model = pickDialog({ purpose: 'saveModel', startIn: '/home/a', name: '../out.onnx' });
    expect(model.kind).toBe('save');
    expect(model.options).toMatchObject({ defaultPath: '/home/a/out.onnx', filters: [{ extensions: ['onnx'] }] });
  });
});

it('a command line opens pipelines and nothing else', () => {
  const argv = [
    '/opt/tributary',
    '--inspect',
    'a.tributary.json',
    '-x.tributary.json',
    '',
    'evil.html',
    '/b/c.tributary.json',
    'https://x/',
  ];
  expect(filesOf(argv, true, '/work')).toEqual(['/work/a.tributary.json', '/b/c.tributary.json']);
  expect(filesOf(['electron', 'main.js', 'a.tributary.json'], false, '/work')).toEqual(['/work/a.tributary.json']);
  expect(filesOf(['electron'], false, '/work')).toEqual([]);
});

it('takes folders of own nodes as the command does', () => {
  const argv = ['tributary', '--nodes', 'mine', 'a.tributary.json', '--nodes=/b/theirs', '--nodes'];
  expect(nodeFoldersOf(argv, '/home/x')).toEqual([path.resolve('/home/x/mine'), path.resolve('/b/theirs')]);
  expect(nodeFoldersOf(['tributary', '--nodes', '--inspect'], '/home/x')).toEqual([]);
});
