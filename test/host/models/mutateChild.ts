import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../../../core/problems/problem.ts';
import { createSession } from '../../../host/models/session.ts';

/** Opens damaged models one after the other, from the one with number `from` on, and says how each went. */
const [folder, from] = process.argv.slice(2) as [string, string];
const files = readdirSync(folder).sort();
for (let at = Number(from); at < files.length; at++) {
  const name = files[at] as string;
  process.send?.({ at, result: 'begun' });
  let result = 'opened';
  try {
    const session = await createSession({
      file: path.join(folder, name),
      name,
      adapt: at % 2 === 0,
      provider: 'cpu',
      threads: 1,
      precision: 'full',
      optimisation: 'all',
    });
    await session.release();
  } catch (error) {
    result = error instanceof Problem ? error.data.code : `not a problem: ${error}`;
  }
  process.send?.({ at, result });
}
process.disconnect();
