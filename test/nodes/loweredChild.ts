import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Problem } from '../../core/problems/problem.ts';
import { operatorsOf } from '../../host/models/profileTrace.ts';
import { createSession, runSession } from '../../host/models/session.ts';

/**
 * Runs the graphs `0.onnx`, `1.onnx`, ... of a folder on WebGPU, from the one with number `from` on: writes what came out, and
 * which provider ran each operator. In a child: GPU drivers may crash.
 */
const [folder, from, count] = process.argv.slice(2) as [string, string, string];
for (let at = Number(from); at < Number(count); at++) {
  process.send?.({ at, problem: 'the process ended' });
  try {
    const traces = mkdtempSync(path.join(folder, 'trace-'));
    const session = await createSession(
      {
        file: path.join(folder, `${at}.onnx`),
        name: `${at}.onnx`,
        adapt: false,
        provider: 'webgpu',
        threads: 1,
        precision: 'full',
        optimisation: 'all',
      },
      { enableProfiling: true, profileFilePrefix: path.join(traces, 'run') },
    );
    const { outputs } = await runSession(session, deserialize(readFileSync(path.join(folder, `${at}.feeds`))), `${at}`);
    session.endProfiling();
    const [trace] = readdirSync(traces);
    const operators = operatorsOf(JSON.parse(readFileSync(path.join(traces, trace), 'utf8')), 1);
    await session.release();
    const ran = operators.map(({ op, provider }) => ({ op, provider }));
    writeFileSync(path.join(folder, `${at}.ran`), serialize({ outputs, operators: ran }));
    process.send?.({ at, problem: null });
  } catch (error) {
    process.send?.({ at, problem: error instanceof Problem ? error.message : String(error) });
  }
}
process.disconnect();
