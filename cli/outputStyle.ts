import type { OutputStyle } from '../host/files/writeOutput.ts';
import type { Pipeline } from './pipeline.ts';

/** How an output is shown and written, as its node's parameters say. */
export interface Style extends OutputStyle {
  /** How many classes, boxes or numbers are shown on a screen. */
  readonly show: number;
  /** Ending of a file whose name the user did not give. */
  readonly ending?: string;
  /** Masks: colours for eyes, or class numbers. */
  readonly colours: boolean;
}

/** The style of a public output. A user's own output node may have other parameters: what does not fit is left at its default. */
export function styleOf(pipeline: Pipeline, output: string): Style {
  const id = pipeline.checked.publicOutputs.get(output);
  const params = (id === undefined ? undefined : pipeline.checked.nodes.get(id)?.params) ?? {};
  const { show, format, encoding, indent, newline, file } = params;
  return {
    show: typeof show === 'number' ? show : 8,
    colours: file === 'colours',
    ...(format === 'png' || format === 'jpeg' || format === 'webp'
      ? { ending: format === 'jpeg' ? 'jpg' : format }
      : {}),
    ...(encoding === 'int16' || encoding === 'int24' || encoding === 'float32' ? { encoding } : {}),
    ...(typeof indent === 'number' ? { indent } : {}),
    ...(typeof newline === 'boolean' ? { newline } : {}),
  };
}
