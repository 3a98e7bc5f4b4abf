import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/**
 * A pipeline whose one node does what its text says: `say X`; `wait NAME` until `release(NAME)`; `stay NAME`, the same with
 * its process blocked; `crash`; `hang`, which blocks its process; `nan`. So tests hold requests for as long as they want, by no clock.
 */
export interface Acting {
  readonly folder: string;
  readonly nodes: string;
  /** Texts that the node has been given, in order: what really ran. */
  ran(): readonly string[];
  release(name: string): void;
}

const node = (folder: string): string => `
import { defineNode, port, Problem } from 'tributary';
import { appendFileSync, existsSync } from 'node:fs';
const folder = ${JSON.stringify(folder)};
export const act = defineNode({
  type: 'test.act', version: 1, title: 'Act', summary: 'Does what its text says.',
  inputs: { text: port.text({ doc: 'what to do' }) }, outputs: { text: port.text({ doc: 'what was said' }) }, params: {},
  pure: false,
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: async ({ inputs, host, signal }) => {
    const [does, what = ''] = inputs.text.text.split(' ', 2);
    if (does !== 'warm') appendFileSync(folder + '/ran.log', inputs.text.text + '\\n');
    if (does === 'crash') process.kill(process.pid, 'SIGSEGV');
    if (does === 'hang') for (;;) {}
    if (does === 'fail') throw new Problem('model-failed', { message: 'It failed at ' + folder + '/secret/model.onnx.', fix: 'Mend it.', cause: new Error('a secret stack') });
    if (does === 'break') throw new Error('a secret accident in ' + folder);
    if (does === 'stay') while (!existsSync(folder + '/' + what));
    if (does === 'wait') while (!existsSync(folder + '/' + what)) await host.sleep(5, signal);
    return { text: { kind: 'text', text: inputs.text.text } };
  },
  examples: [],
});
`;

/** To be called at the top of a test file: its folder goes when the file's tests are over. */
export function acting(name = 'Acting'): Acting {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tributary-serving-')));
  const gates = path.join(folder, 'gates');
  const nodes = path.join(folder, 'nodes');
  const document = path.join(folder, 'pipeline');
  for (const each of [gates, nodes, document]) mkdirSync(each);
  writeFileSync(path.join(nodes, 'act.mjs'), node(gates));
  writeFileSync(
    path.join(document, 'acting.tributary.json'),
    JSON.stringify({
      schemaVersion: 1,
      name,
      inputs: { text: { node: 'ask', doc: 'What to do.' } },
      outputs: { said: { node: 'answer', doc: 'What was said.' } },
      nodes: [
        { id: 'ask', type: 'input.text@1', params: { text: 'warm up' }, position: { x: 0, y: 0 } },
        { id: 'act', type: 'test.act@1', position: { x: 220, y: 0 } },
        { id: 'answer', type: 'output.text@1', position: { x: 440, y: 0 } },
      ],
      wires: [
        { from: 'ask.text', to: 'act.text' },
        { from: 'act.text', to: 'answer.value' },
      ],
    }),
  );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const log = path.join(gates, 'ran.log');
  return {
    folder: document,
    nodes,
    ran: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
    release: (name) => writeFileSync(path.join(gates, name), ''),
  };
}
