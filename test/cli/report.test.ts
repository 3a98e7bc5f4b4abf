import { expect, it } from 'vitest';
import { asProblem, placeText, problemLines, withoutStack } from '../../cli/report.ts';
import { terminalOf } from '../../cli/terminal.ts';
import { Problem, problemData } from '../../core/problems/problem.ts';

const plain = terminalOf({}, {});

it('prints what, where and what to do, and nothing that could steer the terminal', () => {
  const problem = problemData('wire-kind', {
    message: 'A label\u001b[31m.',
    fix: 'Mend it.',
    where: { file: 'x.json', node: 'model', port: 'pixels' },
    mend: { insert: { type: 'image.toTensor', params: { layout: 'NCHW' } }, setParam: { name: 'scale', value: 1 } },
  });
  expect(problemLines(problem, plain)).toEqual([
    '✗ A label\\u001b[31m. [wire-kind]',
    '  at: x.json: model.pixels',
    '  fix: Mend it.',
    '  mend: put image.toTensor {"layout":"NCHW"} into the wire, set scale to 1',
  ]);
  const warning = problemLines({ ...problem, severity: 'warning' }, terminalOf({}, { LANG: 'C' }));
  expect(warning[0].startsWith('! ')).toBe(true);
});

it('names the most exact place', () => {
  expect(placeText({})).toBe('');
  expect(placeText({ node: 'a', param: 'width' })).toBe('a.params.width');
  expect(placeText({ wire: { from: 'a.x', to: 'b.y' } })).toBe('a.x → b.y');
  expect(placeText({ file: 'p.json', at: 'nodes[3].id' })).toBe('p.json: nodes[3].id');
  expect(placeText({ node: 'a', timeSeconds: 1.5 })).toBe('a, 1.5 s');
});

it('takes what nobody foresaw for a mistake of ours, without its stack', () => {
  const problem = asProblem(new TypeError('x is not a function'));
  expect(problem.code).toBe('internal');
  expect(problem.message).toBe('x is not a function');
  expect(problem.fix).toContain('--debug');
  const voice = { out: plain, err: plain, json: true, quiet: false, debug: false };
  expect(withoutStack(problem, voice)).not.toHaveProperty('cause');
  expect(withoutStack(problem, { ...voice, debug: true }).cause).toContain('TypeError');
  const known = new Problem('deadline', { message: 'late', fix: 'wait' });
  expect(asProblem(known)).toBe(known.data);
});
