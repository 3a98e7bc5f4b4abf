import { expect, it } from 'vitest';
import { problemTable } from '../../core/problems/table.ts';
import { sourcesIn } from './sources.ts';

it('each problem code is raised by the code and expected by a test', () => {
  const code = sourcesIn('core', 'nodes', 'host', 'cli', 'server', 'electron', 'renderer').filter(
    ({ file }) => file !== 'core/problems/table.ts',
  );
  const tests = sourcesIn('test').filter(({ file }) => file.endsWith('.test.ts'));
  const holds = (files: typeof code, name: string) => files.some(({ text }) => text.includes(`'${name}'`));
  const never = Object.keys(problemTable).filter((name) => !holds(code, name));
  const untested = Object.keys(problemTable).filter((name) => !holds(tests, name));
  expect({ never, untested }).toEqual({ never: [], untested: [] });
});
