import { describe, expect, it } from 'vitest';
import { problemsOf, runnableTargets } from '../../../core/check/runnable.ts';
import { check, pipeline } from '../pipelines.ts';

const codes = (document: Parameters<typeof check>[0], nodes: readonly string[]): readonly string[] =>
  problemsOf(check(document), nodes).map((problem) => problem.code);

/** s runs; bad lacks its wire, and what hangs on it cannot run. */
const half = pipeline(
  { s: 'fake.source', add: 'fake.add', both: 'fake.either', bad: 'fake.sum', out: 'fake.out', far: 'fake.text' },
  ['s.x > add.x', 'add.x > both.a', 'bad.x > both.b', 'both.x > out.value'],
);

describe('problems in the way of a node', () => {
  it('are its own and those of what it needs, not those of others', () => {
    expect(codes(half, ['add'])).toEqual([]);
    expect(codes(half, ['bad'])).toEqual(['port-unwired']);
    expect(codes(half, ['out'])).toEqual(['port-unwired']);
    expect(codes(half, ['add', 'out'])).toEqual(['port-unwired']);
  });
  it('do not count that nothing is an output', () => {
    const document = pipeline({ s: 'fake.source', add: 'fake.add' }, ['s.x > add.x']);
    expect(check(document).problems.map((problem) => problem.code)).toEqual(['no-output']);
    expect(codes(document, ['add'])).toEqual([]);
  });
  it('of a wire stand in the way of the node that it leads to', () => {
    const document = pipeline({ s: 'fake.source', add: 'fake.add', out: 'fake.out' }, [
      's.x > add.x',
      's.nothing > add.y',
      'add.x > out.value',
    ]);
    expect(codes(document, ['s'])).toEqual([]);
    expect(codes(document, ['add'])).toEqual(['wire-dangling']);
  });
  it('are those of an unknown node too', () => {
    const document = pipeline({ who: 'no.such', add: 'fake.add' }, ['who.x > add.x']);
    expect(codes(document, ['add'])).toEqual(['node-unknown']);
  });
  it('are a loop that it hangs on', () => {
    const document = pipeline({ a: 'fake.add', b: 'fake.add', c: 'fake.add' }, ['a.x > b.x', 'b.x > a.x', 'b.x > c.x']);
    expect(codes(document, ['c'])).toEqual(['cycle']);
    expect(runnableTargets(check(document))).toEqual([]);
  });
});

describe('every node that can run', () => {
  it('is reached by the last of those free of errors', () => {
    expect([...runnableTargets(check(half))].sort()).toEqual(['add', 'far']);
  });
  it('in a pipeline without errors is reached by those that nobody reads', () => {
    const document = pipeline({ s: 'fake.source', a: 'fake.add', b: 'fake.add', out: 'fake.out' }, [
      's.x > a.x',
      's.x > b.x',
      'a.x > out.value',
    ]);
    expect([...runnableTargets(check(document))].sort()).toEqual(['b', 'out']);
  });
  it('leaves a disabled node out', () => {
    const document = pipeline({ s: 'fake.source', off: 'fake.add' }, ['s.x > off.x']);
    const [s, off] = document.nodes;
    expect(runnableTargets(check({ ...document, nodes: [s, { ...off, disabled: true }] }))).toEqual(['s']);
  });
});
