import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pythonExample } from '../../core/export/onnx/python.ts';
import { programName, readmeOf } from '../../core/export/onnx/readme.ts';
import { typescriptExample } from '../../core/export/onnx/typescript.ts';
import { marker } from '../../core/export/onnx/usage.ts';
import type { Compiled } from '../../core/lower/compile.ts';
import { Problem } from '../../core/problems/problem.ts';
import { replaceFile } from '../files/documentFile.ts';
import type { PartOnDisk } from './writeParts.ts';

/**
 * Writes a program in Python and one in TypeScript beside each compiled file, and one README. Gives their paths. Throws
 * `document-conflict` where a file stands that was not made so, before anything is written.
 */
export async function writeExamples(
  name: string,
  compiled: Compiled,
  written: readonly PartOnDisk[],
  folder: string,
  stem: string,
): Promise<readonly string[]> {
  const files = new Map<string, string>();
  const parts = compiled.parts.map(({ file }, at) => {
    const { file: own, sha256, bytes } = written[at];
    return { name: path.basename(own), file, sha256, bytes };
  });
  for (const { name: model, file } of parts) {
    const [python, typescript] = [programName(model, 'python'), programName(model, 'npx tsx')];
    files.set(python, pythonExample(model, python, file));
    files.set(typescript, typescriptExample(model, typescript, file));
  }
  files.set(`${stem}.md`, readmeOf(name, parts, compiled.outside));
  const targets = [...files].map(([base, text]) => ({ file: path.join(folder, base), text }));
  for (const { file } of targets) await refuseOther(file);
  for (const { file, text } of targets) await replaceFile(file, new TextEncoder().encode(text));
  return targets.map(({ file }) => file);
}

async function refuseOther(file: string): Promise<void> {
  const there = await readFile(file, 'utf8').catch(() => null);
  if (there === null || there.slice(0, 400).includes(marker)) return;
  throw new Problem('document-conflict', {
    message: `"${path.basename(file)}" is there already, and was not made by \`tributary compile\`.`,
    fix: 'Move it away, choose another name with --output, or leave programs and README out with --no-examples.',
    where: { file },
  });
}
