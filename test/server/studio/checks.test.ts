import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentNode, DocumentWire, PipelineDocument } from '../../../core/graph/document.ts';
import { endOf } from '../../../core/graph/document.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { pipeline } from '../../core/pipelines.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, openWindow, startStudio, type Window } from './studio.ts';

async function opened(
  document?: PipelineDocument,
): Promise<{ window: Window; session: string; document: PipelineDocument }> {
  const window = openWindow(await startStudio());
  if (document === undefined)
    return { window, ...(await window.call('openDocument', { path: copySample('event-detector') })) };
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'a.tributary.json'), writeDocument(document));
  const { session } = await window.call('openDocument', { path: folder });
  return { window, session, document };
}

/** `count` nodes in chains of five image nodes, each begun by an input. */
function large(count: number): PipelineDocument {
  const nodes: DocumentNode[] = [];
  const wires: DocumentWire[] = [];
  const chain = ['input.image', 'image.resize', 'image.centreCrop', 'image.flip', 'image.toTensor'];
  for (let i = 0; i < count; i++) {
    const step = i % chain.length;
    const node = { id: `n${i}`, type: chain[step], version: 1, position: { x: i, y: 0 } };
    nodes.push({ ...node, params: step === 2 ? { width: 8, height: 8 } : {} });
    if (step > 0) wires.push({ from: `n${i - 1}.image`, to: `n${i}.image` });
  }
  return { ...pipeline({}), nodes, wires };
}

describe('check', () => {
  it('tells types, ports of the model files, fused passes and public names', async () => {
    const { window, session, document } = await opened();
    const report = await window.call('check', { session, document });
    expect(report.problems).toEqual([]);
    expect(report.typeTexts['normalise.tensor']).toBe('float32[1, 3, 96, 96]');
    expect(report.shapes['imageModel'].inputs).toMatchObject([
      { kinds: ['tensor'], wants: expect.stringContaining('float32 [') },
    ]);
    expect(report.passes).toEqual([['photo', 'shrink', 'cut', 'normalise']]);
    expect(report.inputs).toMatchObject({ image: 'photo' });
    expect(report.outputs).toMatchObject({ event: 'event' });
    const bare = { ...document, wires: document.wires.filter((wire) => wire.to !== 'cut.image') };
    const broken = await window.call('check', { session, document: bare });
    expect(broken.problems).toMatchObject([{ code: 'port-unwired', where: { node: 'cut', port: 'image' } }]);
  });

  it('of 1,000 nodes takes less than 50 ms once files are known', async () => {
    const { window, session, document } = await opened(large(1000));
    await window.call('check', { session, document });
    const times = [];
    for (let round = 0; round < 15; round++) {
      const startMs = performance.now();
      await window.call('check', { session, document });
      times.push(performance.now() - startMs);
    }
    // The best of some: what else the machine does only adds.
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('fit', () => {
  it('says in one sentence what is wrong, shows both shapes and offers the node that mends it', async () => {
    const { window, session, document } = await opened();
    const wrong = {
      ...document,
      nodes: document.nodes.map((n) => (n.id === 'normalise' ? { ...n, params: { ...n.params, layout: 'NHWC' } } : n)),
    };
    const fit = await window
      .call('fit', { session, document: wrong, from: 'normalise.tensor', to: 'imageModel.image' })
      .catch(async () => {
        const port = (await window.call('check', { session, document })).shapes['imageModel'].inputs[0].name;
        return window.call('fit', { session, document: wrong, from: 'normalise.tensor', to: `imageModel.${port}` });
      });
    expect(fit).toMatchObject({
      fits: false,
      fromType: 'float32[1, 96, 96, 3]',
      got: { dims: ['1', '96', '96', '3'], letters: ['N', 'H', 'W', 'C'] },
      expected: { letters: ['N', 'C', 'H', 'W'] },
      mends: [{ type: 'tensor.transpose', params: { axes: [0, 3, 1, 2] }, input: 'tensor', output: 'tensor' }],
    });
    expect(fit.reason).toMatch(/^Same values in another order: channels come last here, ".+" wants them first\.$/);
  });

  it('fits what fits, knows what is unknown, refuses loops and ports that are not there', async () => {
    const { window, session, document } = await opened();
    const call = (from: string, to: string) => window.call('fit', { session, document, from, to });
    expect(await call('cut.image', 'normalise.image')).toMatchObject({ fits: true, reason: '', mends: [] });
    expect(await call('normalise.tensor', 'cut.image')).toMatchObject({
      fits: false,
      mends: [],
      reason: expect.stringContaining('loop'),
    });
    expect(await call('cut.image', 'cut.image')).toMatchObject({ fits: false, mismatches: [{ code: 'cycle' }] });
    expect(await call('caption.text', 'cut.image')).toMatchObject({
      fits: false,
      reason: expect.stringMatching(/^This carries a text; ".*" wants a picture\.$/),
    });
    expect((await call('clip.audio', 'logMel.audio')).mismatches.every((m) => m.code !== 'wire-kind')).toBe(true);
    await rejects(() => call('cut.nothing', 'cut.image'), 'wire-dangling');
    await rejects(() => call('gone.image', 'cut.image'), 'wire-dangling');
    await rejects(() => call('cut.image', 'cut.__proto__'), 'wire-dangling');
  });
});

describe('partners', () => {
  it('of an output: ports that fit first, then those after one node; node types that take it; never a loop', async () => {
    const { window, session, document } = await opened();
    const { ports, types } = await window.call('partners', { session, document, from: 'shrink.image' });
    const how = ports.map((port) => ['fits', 'mend', 'refused'].indexOf(port.how));
    expect(how).toEqual([...how].sort((a, b) => a - b));
    expect(ports.filter((port) => port.how === 'fits').map((port) => port.end)).toContain('normalise.image');
    expect(ports.some((port) => endOf(port.end).node === 'shrink')).toBe(false);
    for (const port of ports.filter((p) => p.how !== 'refused')) {
      const fit = await window.call('fit', { session, document, from: 'shrink.image', to: port.end });
      expect(fit.fits).toBe(port.how === 'fits');
      if (port.how === 'mend') expect(fit.mends[0]).toEqual(port.mend);
    }
    const names = types.map((type) => type.type);
    expect(names).toEqual(expect.arrayContaining(['image.resize', 'image.toTensor', 'output.image']));
    expect(names).not.toContain('audio.mono');
    const back = await window.call('partners', { session, document, from: 'normalise.tensor' });
    expect(
      back.ports
        .filter((port) => ['photo', 'shrink', 'cut'].includes(endOf(port.end).node))
        .every((port) => port.how === 'refused'),
    ).toBe(true);
  });

  it('of an input: what may feed it', async () => {
    const { window, session, document } = await opened();
    const { ports, types } = await window.call('partners', { session, document, to: 'cut.image' });
    expect(
      ports
        .filter((port) => port.how === 'fits')
        .map((port) => port.end)
        .sort(),
    ).toEqual(['photo.image', 'shrink.image']);
    expect(ports.find((port) => port.end === 'normalise.tensor')).toMatchObject({ how: 'refused' });
    const names = types.map((type) => type.type);
    expect(names).toEqual(expect.arrayContaining(['input.image', 'image.flip']));
    expect(names).not.toContain('input.audio');
    await rejects(() => window.call('partners', { session, document }), 'usage');
  });

  it('of 100 nodes takes less than 50 ms', async () => {
    const { window, session, document } = await opened(large(100));
    const times = [];
    for (let round = 0; round < 9; round++) {
      const startMs = performance.now();
      await window.call('partners', {
        session,
        document,
        ...(round % 2 === 0 ? { from: 'n1.image' } : { to: 'n2.image' }),
      });
      times.push(performance.now() - startMs);
    }
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

it('nothing of it loads sharp or ONNX Runtime into this process', async () => {
  const { window, session, document } = await opened();
  await window.call('check', { session, document });
  await window.call('catalog', {});
  await window.call('inspectModel', { session, path: 'models/image.onnx' });
  await window.call('library', { session });
  const report = process.report?.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  expect(report.sharedObjects.length).toBeGreaterThan(0);
  expect(report.sharedObjects.filter((name) => /onnxruntime|sharp|vips/.test(name))).toEqual([]);
});

it('the catalogue holds every node as data, own ones marked, and survives JSON', async () => {
  const folder = tempFolder();
  writeFileSync(
    path.join(folder, 'shout.js'),
    `import { defineNode, port, anyType } from 'tributary';
export const shout = defineNode({
  type: 'own.shout', version: 1, title: 'Shout', summary: 'Makes a text loud.',
  inputs: { text: port.text({ doc: 'text' }) }, outputs: { text: port.text({ doc: 'text' }) }, params: {},
  infer: () => ({ text: anyType.text }),
  run: ({ inputs }) => ({ text: { kind: 'text', text: inputs.text.text.toUpperCase() } }),
  examples: [],
});\n`,
  );
  const window = openWindow(await startStudio(tempFolder(), { nodeFolders: [folder] }));
  const { nodes } = await window.call('catalog', {});
  expect(nodes.length).toBeGreaterThan(90);
  expect(JSON.parse(JSON.stringify(nodes))).toEqual(nodes);
  expect(nodes.filter((node) => node.own).map((node) => node.type)).toEqual(['own.shout']);
  expect(nodes.find((node) => node.type === 'model.onnx')).toMatchObject({
    dynamicPorts: true,
    family: 'model',
    inputs: [],
  });
  expect(nodes.find((node) => node.type === 'image.resize')?.params['width']).toMatchObject({
    form: 'int',
    unit: 'px',
  });
  expect(nodes.find((node) => node.type === 'input.folder')?.external).toBe('folder');
});
