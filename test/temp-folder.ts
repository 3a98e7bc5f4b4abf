import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder for the test that calls this, removed when it has ended. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
