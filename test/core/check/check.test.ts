import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import { typeText } from '../../../core/kinds/type.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { fakeRegistry } from '../fake-nodes.ts';
import { check, numbers, pipeline, run } from '../pipelines.ts';

function codes(document: ReturnType<typeof pipeline>): readonly string[] {
  return check(document).problems.map((problem) => problem.code);
}
const tail = { out: 'fake.out' } as const;

describe('check', () => {
  it('gives every port a type', () => {
    const checked = check(
      pipeline({ n: ['fake.count', { rateHz: 4, size: 3 }], add: 'fake.add', ...tail }, [
        'n.x > add.x',
        'add.x > out.value',
      ]),
    );
    expect(checked.problems).toEqual([]);
    expect([...checked.types].map(([port, type]) => `${port}: ${typeText(type)}`)).toEqual([
      'n.x: float32[3] sequence at 4/s',
      'add.x: float32[3] sequence at 4/s',
      'out.value: float32[3] sequence at 4/s',
    ]);
  });
  it('names the nodes of a loop, and a node wired to itself', () => {
    const loop = check(
      pipeline({ a: 'fake.add', b: 'fake.add', c: 'fake.add', ...tail }, [
        'a.x > b.x',
        'b.x > c.x',
        'c.x > a.x',
        'c.x > out.value',
      ]),
    );
    const problem = loop.problems.find((p) => p.code === 'cycle');
    for (const id of ['a', 'b', 'c']) expect(problem?.message).toContain(id);
    expect(
      check(pipeline({ a: 'fake.add', ...tail }, ['a.x > a.x', 'a.x > out.value'])).problems.find(
        (p) => p.code === 'cycle',
      )?.message,
    ).toBe('Node "a" is wired to itself.');
  });
  it('finds loops exactly where there are some, whatever the graph', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const seen = new Set<number>();
        const wires = pairs.filter(([, to]) => !seen.has(to) && seen.add(to));
        const document = pipeline(
          Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`n${i}`, 'fake.add'])),
          wires.map(([a, b]) => `n${a}.x > n${b}.x`),
        );
        const source = new Map(wires.map(([a, b]) => [b, a]));
        const loops = Array.from({ length: 8 }, (_, i) => i).some((start) => {
          let at = source.get(start);
          for (let i = 0; i < 8 && at !== undefined && at !== start; i++) at = source.get(at);
          return at === start;
        });
        expect(codes(document).includes('cycle')).toBe(loops);
      }),
    );
  });
  it('reports doubled ids, loose wires with a guess, and a second wire', () => {
    const document = pipeline({ a: 'fake.source', add: 'fake.add', ...tail }, [
      'a.x > add.x',
      'a.x > add.x',
      'b.x > add.y',
      'a.y > out.value',
      'add.z > out.value',
    ]);
    const doubled = { ...document, nodes: [...document.nodes, document.nodes[0]] };
    const found = check(doubled).problems;
    expect(found.map((p) => p.code)).toEqual(
      expect.arrayContaining(['node-duplicate', 'wire-dangling', 'wire-duplicate', 'port-unwired']),
    );
    expect(found.find((p) => p.message.includes('"b"'))?.fix).toContain('remove the wire');
    expect(found.filter((p) => p.code === 'wire-dangling')).toHaveLength(3);
  });
  it('keeps a node that nobody knows, says so with a guess, and checks the rest', () => {
    const document = pipeline({ a: 'fake.sorce', add: 'fake.add', ...tail }, ['a.x > add.x', 'add.x > out.value']);
    const checked = check(document);
    expect(checked.problems).toMatchObject([{ code: 'node-unknown', where: { node: 'a' } }]);
    expect(checked.problems[0].fix).toContain('"fake.source"');
    expect(checked.document.nodes[0].type).toBe('fake.sorce');
  });
  it('refuses a node made with a newer version', () => {
    const document = pipeline({ a: 'fake.source', ...tail }, ['a.x > out.value']);
    expect(
      codes({ ...document, nodes: document.nodes.map((n) => (n.id === 'a' ? { ...n, version: 2 } : n)) }),
    ).toContain('node-version');
  });
  it('says what a parameter takes', () => {
    const document = pipeline({ a: ['fake.count', { n: 1.5, rate: 2 }], ...tail }, ['a.x > out.value']);
    const found = check(document).problems;
    expect(found).toMatchObject([
      { code: 'param-invalid', where: { node: 'a', param: 'n' }, mend: { setParam: { name: 'n', value: 10 } } },
      { code: 'param-unknown', where: { node: 'a', param: 'rate' } },
    ]);
    expect(found[0].message).toContain('must be a whole number, not 1.5');
    expect(found[1].fix).toContain('Did you mean');
  });
  it('compares dtype and offers the node that mends it', () => {
    const document = pipeline({ a: ['fake.shape', { shape: [2, 4], dtype: 'float32' }], w: 'fake.wantsInt', ...tail }, [
      'a.x > w.x',
      'w.x > out.value',
    ]);
    const [problem] = check(document).problems;
    expect(problem).toMatchObject({
      code: 'wire-dtype',
      where: { node: 'w', port: 'x', wire: { from: 'a.x', to: 'w.x' } },
      mend: { insert: { type: 'fake.cast', params: { to: 'int64' } } },
    });
    expect(problem.message).toContain('expected int64, got float32');
  });
  it('unifies symbolic dimensions over the ports of a node', () => {
    const document = (batch: number) =>
      pipeline(
        { a: ['fake.shape', { shape: [2, 4] }], b: ['fake.shape', { shape: [batch, 9] }], w: 'fake.wantsInt', ...tail },
        ['a.x > w.x', 'b.x > w.y', 'w.x > out.value'],
      );
    const good = check(document(2));
    expect(good.problems).toEqual([]);
    expect(typeText(good.types.get('w.x') as never)).toBe('int64[2, 4]');
    const [problem] = check(document(3)).problems;
    expect(problem).toMatchObject({ code: 'wire-shape', where: { port: 'y' } });
    expect(problem.message).toContain('batch=2 on axis 0');
  });
  it('compares kinds and ranks', () => {
    const document = pipeline(
      {
        t: 'fake.text',
        add: 'fake.add',
        s: ['fake.shape', { shape: [4] }],
        w: 'fake.wantsInt',
        o: 'fake.out',
        ...tail,
      },
      ['t.text > add.x', 'add.x > out.value', 's.x > w.x', 'w.x > o.value'],
    );
    expect(codes(document)).toEqual(expect.arrayContaining(['wire-kind', 'wire-shape']));
  });
  it('warns where sequences of different rates meet', () => {
    const document = pipeline(
      { a: ['fake.count', { rateHz: 4 }], b: ['fake.count', { rateHz: 3 }], add: 'fake.add', ...tail },
      ['a.x > add.x', 'b.x > add.y', 'add.x > out.value'],
    );
    expect(check(document).problems).toMatchObject([{ code: 'wire-sequence', severity: 'warning' }]);
  });
  it('says when there is no output, and when a public name points nowhere', () => {
    expect(codes(pipeline({ a: 'fake.source' }))).toEqual(['no-output']);
    const document = pipeline({ a: 'fake.source', ...tail }, ['a.x > out.value']);
    expect(codes({ ...document, inputs: { x: { node: 'gone' } }, outputs: { y: { node: 'a' } } })).toEqual([
      'public-name',
      'public-name',
    ]);
  });
  it('steps over a disabled node', async () => {
    const document = pipeline({ a: 'fake.source', add: ['fake.add', { by: 5 }], ...tail }, [
      'a.x > add.x',
      'add.x > out.value',
    ]);
    const bypassed = { ...document, nodes: document.nodes.map((n) => (n.id === 'add' ? { ...n, disabled: true } : n)) };
    expect(numbers(await run(document), 'out')).toEqual([6]);
    expect(numbers(await run(bypassed), 'out')).toEqual([1]);
  });
  it('holds up with 5,000 nodes', () => {
    const nodes: Record<string, string> = { n0: 'fake.source' };
    const wires: string[] = [];
    for (let i = 1; i < 5000; i++) {
      nodes[`n${i}`] = 'fake.add';
      wires.push(`n${i - 1}.x > n${i}.x`);
    }
    nodes['out'] = 'fake.out';
    const before = performance.now();
    const checked = checkDocument(pipeline(nodes, [...wires, 'n4999.x > out.value']), fakeRegistry, () => undefined);
    expect(checked.problems).toEqual([]);
    expect(planRun(checked).stages).toHaveLength(5001);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
