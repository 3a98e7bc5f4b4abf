import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import { documentSuffix } from '../files/documentFile.ts';

/** Where compiled files go, and the pipeline that uses them. */
export interface CompileTarget {
  /** Absolute. */
  readonly folder: string;
  /** Of the files' names, without `.onnx`. */
  readonly stem: string;
  /** Absolute; null: none is written. */
  readonly document: string | null;
}

export interface TargetAsk {
  /** Absolute. */
  readonly output: string;
  readonly document: string | null;
  /** The pipeline's own file; null while it has none. */
  readonly file: string | null;
  /** The pipeline's folder. */
  readonly folder: string;
}

/** Throws `usage`. A document finds what it names below its own folder, so with one all of it must be there. */
export function compileTarget({ output, document, file, folder }: TargetAsk): CompileTarget {
  const home = path.resolve(folder);
  if (!output.endsWith('.onnx'))
    throw usage(`"${path.basename(output)}" does not end in .onnx.`, 'For example: scenes.onnx.');
  if (document !== null) {
    if (!document.endsWith(documentSuffix))
      throw usage(
        `"${path.basename(document)}" does not end in ${documentSuffix}.`,
        `For example: fused${documentSuffix}.`,
      );
    if (document === file)
      throw usage(
        'The compiled pipeline would take the place of the pipeline itself.',
        'Choose another name: the pipeline stays as it is.',
      );
    if (path.dirname(document) !== home)
      throw usage(
        'The compiled pipeline would lie in another folder than the pipeline, whose files it needs.',
        `Write it into ${home}.`,
      );
    if (!output.startsWith(home + path.sep))
      throw usage(
        'With a pipeline that uses them the ONNX files must lie in the folder of the pipeline, or below it.',
        'Name a file there.',
      );
  }
  return { folder: path.dirname(output), stem: path.basename(output, '.onnx'), document };
}

function usage(message: string, fix: string): Problem {
  return new Problem('usage', { message, fix });
}
