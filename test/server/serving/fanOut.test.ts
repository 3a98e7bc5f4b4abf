import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { tempFolder } from '../../temp-folder.ts';
import { acting } from './acting.ts';
import { type Answer, send, until } from './client.ts';
import { pipelineFolder } from './protocols/served.ts';
import { holdingOf } from './soak/processes.ts';
import { spawnServer } from './spawned.ts';

vi.setConfig({ testTimeout: 120_000 });
const slow = acting();
const MiB = 2 ** 20;
const [jobs, waiting, asked] = [2, 4, 40];
/** What the quick branch makes for each request, and the slow one keeps waiting. */
const pieceBytes = 24 * MiB;

const nodes = `
import { defineNode, port } from 'tributary';
import { appendFileSync } from 'node:fs';
export const quick = defineNode({
  type: 'test.quick', version: 1, title: 'Quick', summary: 'Makes much of a little.',
  inputs: { text: port.text({ doc: 'a text' }) }, outputs: { much: port.embedding({ doc: 'many numbers' }) }, params: {},
  pure: false,
  infer: () => ({ much: { kind: 'embedding', sequence: { count: 'one' }, length: ${pieceBytes / 4} } }),
  run: ({ inputs }) => {
    appendFileSync(process.env.TEST_RAN, inputs.text.text + '\\n');
    return { much: { kind: 'embedding', data: new Float32Array(${pieceBytes / 4}).fill(1) } };
  },
  examples: [],
});
export const meet = defineNode({
  type: 'test.meet', version: 1, title: 'Meet', summary: 'Waits for both.',
  inputs: { text: port.text({ doc: 'a text' }), much: port.embedding({ doc: 'many numbers' }) },
  outputs: { text: port.text({ doc: 'how many' }) }, params: {},
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: ({ inputs }) => ({ text: { kind: 'text', text: String(inputs.much.data.length) } }),
  examples: [],
});
`;

const secondsOf = (metrics: string, node: string): number =>
  Number(new RegExp(`^tributary_node_seconds_sum\\{node="${node}"\\} (\\S+)$`, 'm').exec(metrics)?.[1]);

it('a branch that is slow holds as much as runs, not as much as is asked for, and is told as the slow one (fault 66)', async () => {
  const folder = tempFolder();
  const own = path.join(folder, 'nodes');
  cpSync(slow.nodes, own, { recursive: true });
  writeFileSync(path.join(own, 'quick.mjs'), nodes);
  const ran = path.join(folder, 'ran.log');
  writeFileSync(ran, '');
  const target = pipelineFolder({
    inputs: { text: 'ask' },
    outputs: { both: 'answer' },
    nodes: [
      { id: 'ask', type: 'input.text@1', params: { text: 'warm up' } },
      { id: 'quick', type: 'test.quick@1' },
      { id: 'slow', type: 'test.act@1' },
      { id: 'meet', type: 'test.meet@1' },
      { id: 'answer', type: 'output.text@1' },
    ],
    wires: [
      ['ask.text', 'quick.text'],
      ['ask.text', 'slow.text'],
      ['slow.text', 'meet.text'],
      ['quick.much', 'meet.much'],
      ['meet.text', 'answer.value'],
    ],
  });
  const bounds = ['--jobs', String(jobs), '--queue', String(waiting / jobs)];
  const server = await spawnServer([target, '--nodes', own, ...bounds], { TEST_RAN: ran });
  await server.ready();
  const ask = (text: string): Promise<Answer> =>
    send(server.port, '/predict', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: text });
  const ranQuick = (): number =>
    readFileSync(ran, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('wait')).length;
  const load = async () => (await send(server.port, '/readyz')).json().load;

  const before = holdingOf(server.child.pid ?? 0);
  const answers = Array.from({ length: asked }, () => ask('wait gate'));
  await until(async () => {
    const { running, waiting: queued } = await load();
    return running === jobs && queued === waiting && ranQuick() === jobs;
  });
  // All that is beyond its bounds has been told so while the branch still hangs.
  const refused: Answer[] = [];
  for (const answer of answers) void answer.then((one) => one.status === 429 && refused.push(one));
  await until(() => refused.length === asked - jobs - waiting);
  const during = holdingOf(server.child.pid ?? 0);
  expect(ranQuick()).toBe(jobs);
  if (before !== null && during !== null)
    expect(during.residentBytes - before.residentBytes).toBeLessThan((asked / 2) * pieceBytes);
  slow.release('gate');
  const all = await Promise.all(answers);
  expect(all.filter(({ status }) => status === 200).length).toBe(jobs + waiting);
  expect(all.find(({ status }) => status === 200)?.json().outputs).toEqual({ both: String(pieceBytes / 4) });
  expect(all.filter(({ status }) => status === 429)).toEqual(refused);
  // Where the time went: to the branch that hung, and not to the one that had to wait for it.
  const metrics = (await send(server.port, '/metrics')).body.toString();
  expect(secondsOf(metrics, 'slow')).toBeGreaterThan(secondsOf(metrics, 'meet'));
  expect((await ask('say next')).status).toBe(200);
});
