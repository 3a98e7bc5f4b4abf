import type { Checked } from '../../check/checked.ts';
import { endOf } from '../../graph/document.ts';
import { type Assumptions, retype } from '../../lower/retype.ts';

/**
 * What a program that decodes by itself can promise: pictures in RGB where a node brings them to one colour, and sound at the
 * rate that the pipeline itself brings it to. So what decodes is all that stays outside.
 */
export function assumedOf(checked: Checked): Assumptions {
  const assumed: Record<string, { colour?: 'rgb'; sampleRateHz?: number }> = {};
  const { settling } = retype(checked);
  for (const [id, { definition, outputs }] of checked.nodes)
    for (const port of Object.keys(outputs)) {
      const end = `${id}.${port}`;
      const type = checked.types.get(end);
      const behind = behindOf(checked, id);
      if (definition.external === 'image' && behind.some((one) => settling.has(one))) assumed[end] = { colour: 'rgb' };
      if (definition.external !== 'audio' || type?.kind !== 'audio' || type.sampleRateHz !== null) continue;
      const sampleRateHz = rateOf(checked, behind);
      if (sampleRateHz !== null) assumed[end] = { sampleRateHz };
    }
  return assumed;
}

/** Nodes that a node's values reach, nearest first as far as the order tells. */
function behindOf(checked: Checked, from: string): readonly string[] {
  const reached = new Set([from]);
  for (const id of checked.order)
    if (Object.values(checked.nodes.get(id)?.sources ?? {}).some((source) => reached.has(endOf(source).node)))
      reached.add(id);
  reached.delete(from);
  return [...reached];
}

/** The first rate that a node behind gives or asks for. */
function rateOf(checked: Checked, behind: readonly string[]): number | null {
  for (const id of behind) {
    const node = checked.nodes.get(id);
    for (const port of Object.values(node?.inputs ?? {}))
      if (typeof port.want.sampleRateHz === 'number') return port.want.sampleRateHz;
    for (const port of Object.keys(node?.outputs ?? {})) {
      const type = checked.types.get(`${id}.${port}`);
      if (type?.kind === 'audio' && typeof type.sampleRateHz === 'number') return type.sampleRateHz;
    }
  }
  return null;
}
