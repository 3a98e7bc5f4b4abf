import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommonOptions, commonOptions } from '../../../core/export/options.ts';
import type { ExportTarget } from '../../../core/export/target.ts';
import { targets, withIncluded } from '../../../core/export/targets.ts';
import { compiledFor } from '../../../host/bundle/compiledFor.ts';
import { targetView } from '../../../server/studio/exporting/optionForms.ts';
import { root } from '../../rules/sources.ts';
import { inputOf } from './exportInput.ts';

/** Something else than the default. */
const others: { readonly [Name in keyof CommonOptions]: CommonOptions[Name] } = {
  image: 'team/scenes:7',
  port: 9123,
  grpcPort: 9124,
  device: 'cuda',
  baseImage: 'docker.io/library/node:20-slim',
  platform: 'linux/arm64',
  minReplicas: 5,
  maxReplicas: 77,
  bodyMiB: 77,
  maxQueue: 77,
};
/** bundle.json takes it to the server, and no other file. */
const forServer: readonly (keyof CommonOptions)[] = ['bodyMiB', 'maxQueue'];

async function filesWith(target: ExportTarget, options: Partial<CommonOptions>): Promise<string> {
  const { checked } = await inputOf('picture-classifier');
  const compiled = target.compiled
    ? await compiledFor(checked, path.join(root, 'samples/picture-classifier'), target.assume(checked, {}))
    : null;
  const input = await inputOf('picture-classifier', {
    options: commonOptions.parse(options),
    ...(options.image === undefined ? {} : { image: options.image }),
    compiled,
  });
  const files = withIncluded(target).flatMap((one) => one.files(input, {}));
  expect(files.length).toBeGreaterThanOrEqual(target.id === 'config' ? 0 : 1);
  return JSON.stringify(files);
}

describe('options that every target may be told', () => {
  it.each(targets)('$id shows those that change something in it, and no others', async (target) => {
    const usual = await filesWith(target, {});
    const changing: string[] = [];
    for (const [name, value] of Object.entries(others))
      if ((await filesWith(target, { [name]: value })) !== usual) changing.push(name);
    const served = target.bundle === 'server' ? forServer : [];
    expect([...new Set([...changing, ...served])].sort()).toEqual([...target.common].sort());
  });

  it('are told with a title where the name says too little, a unit, and what is found out when left empty', () => {
    const shown = new Map(targets.map((target) => [target.id, targetView(target).options]));
    const container = shown.get('container') ?? [];
    expect(container.find(({ name }) => name === 'maxQueue')).toMatchObject({
      title: 'Queue limit',
      unit: 'requests',
      automatic: true,
      default: 0,
    });
    expect(container.find(({ name }) => name === 'image')).toMatchObject({ title: 'Image name', automatic: true });
    expect(container.find(({ name }) => name === 'port')).toMatchObject({ title: 'HTTP port', automatic: false });
    expect(container.map(({ name }) => name)).not.toContain('minReplicas');
    expect(shown.get('ray')?.map(({ name }) => name)).toContain('minReplicas');
    expect(shown.get('kubernetes')?.map(({ name }) => name)).toEqual(expect.arrayContaining(['port', 'canaryPercent']));
  });

  it('a card holds what it says of a target', () => {
    for (const { summary } of targets) expect(summary.length).toBeLessThanOrEqual(40);
  });
});
