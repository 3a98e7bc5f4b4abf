import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { createSession, runSession } from '../../../host/models/session.ts';

/** Runs a model once on ONNX Runtime, on the processor, in one thread; nothing is rewritten unless asked. */
export async function runModel(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, TensorValue>>,
  optimisation: 'none' | 'all' = 'none',
): Promise<Readonly<Record<string, TensorValue>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tributary-run-'));
  try {
    const file = path.join(folder, 'm.onnx');
    writeFileSync(file, bytes);
    const session = await createSession({
      file,
      name: 'm.onnx',
      adapt: false,
      provider: 'cpu',
      threads: 1,
      precision: 'full',
      optimisation,
    });
    try {
      return (await runSession(session, feeds, 'm.onnx')).outputs;
    } finally {
      await session.release();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
