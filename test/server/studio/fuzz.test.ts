import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import { type StudioMethod, studioSchemas } from '../../../core/studio/api.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, openWindow, runIn, startStudio } from './studio.ts';

const methods = Object.keys(studioSchemas) as readonly StudioMethod[];
/** These list folders that the fuzz may name, or take long by their nature; their arguments are fuzzed all the same. */
const quiet: readonly StudioMethod[] = ['devices'];

const words = fc.constantFrom(
  '',
  'a',
  '../x',
  '/etc/passwd',
  '__proto__',
  'n.x',
  'a\0b',
  '%2e%2e',
  '\ud800',
  'x'.repeat(5000),
);
const anything = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  words,
  fc.jsonValue(),
);

/** Arguments that are nearly right: the names of the method's own fields, with wrong things in them. */
function argsFor(method: StudioMethod, good: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const fields = Object.keys(studioSchemas[method].shape);
  const nearly = fc.record(
    Object.fromEntries(
      fields.map((field) => [field, fc.oneof({ weight: 3, arbitrary: fc.constant(good[field]) }, anything)]),
    ),
    { requiredKeys: [] },
  );
  return fc.oneof({ weight: 6, arbitrary: nearly }, { weight: 1, arbitrary: anything });
}

/** Saving writes wherever a person says: what the fuzz says goes below a folder of the test's. */
function harmless(args: unknown, room: string): unknown {
  if (typeof args !== 'object' || args === null || !('path' in args) || typeof args.path !== 'string') return args;
  return { ...args, path: path.isAbsolute(args.path) ? path.join(room, args.path) : args.path };
}

// Some of what the fuzz hits upon compiles models: forty times, that takes a while on a busy machine.
it('any arguments of any method give a result or a Problem that says what to do, and the next call works (fault 85)', {
  timeout: 300_000,
}, async () => {
  const state = tempFolder();
  const studio = await startStudio(state);
  const window = openWindow(studio);
  const file = copySample('picture-classifier');
  const { session, document } = await window.call('openDocument', { path: file });
  const good = {
    session,
    document,
    path: file,
    from: 'model.logits',
    to: 'model.image',
    end: 'model.logits',
    width: 5,
    height: 5,
    lines: [],
    settings: {},
  };
  const codes = new Set<string>();
  const room = tempFolder();
  for (const method of methods.filter((name) => !quiet.includes(name))) {
    await fc.assert(
      fc.asyncProperty(
        argsFor(method, method === 'closeDocument' || method === 'openDocument' ? {} : good),
        async (args) => {
          try {
            const result = await studio.call(
              'window01',
              method,
              method === 'saveDocument' ? harmless(args, room) : args,
            );
            expect(() => JSON.stringify(result)).not.toThrow();
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            codes.add(error.data.code);
            expect(error.data, `${method}: ${error.data.cause}`).not.toMatchObject({ code: 'internal' });
            expect(error.data.message.length).toBeGreaterThan(0);
            expect(error.data.fix.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 40 },
    );
  }
  expect(codes).toContain('usage');
  for (const method of ['nonsense', '__proto__', 'constructor', ''])
    await expect(studio.call('window01', method, {})).rejects.toMatchObject({ data: { code: 'usage' } });
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  await expect(
    studio.call('window01', 'check', {
      session,
      document: { ...document, nodes: [{ ...document.nodes[0], params: { deep } }] },
    }),
  ).rejects.toBeInstanceOf(Problem);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const again = await window.call('openDocument', { path: file });
  expect((await runIn(window, { session: again.session, document })).phase).toBe('done');
});
