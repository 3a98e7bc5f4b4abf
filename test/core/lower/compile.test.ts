import { describe, expect, it } from 'vitest';
import { type PartFile, partKey } from '../../../core/define/partFile.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { type CompileOptions, compilePipeline } from '../../../core/lower/compile.ts';
import { compiledDocument } from '../../../core/lower/compiledDocument.ts';
import { compiledFormSchema, formOf } from '../../../core/lower/form.ts';
import { partOf } from '../../../core/lower/partSchema.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { rejects } from '../../rejects.ts';
import { check, pipeline } from '../pipelines.ts';

const registry = makeRegistry(builtinNodes);

/** With public names that are the ids of inputs and outputs. */
function named(document: PipelineDocument): PipelineDocument {
  const of = (family: string) =>
    Object.fromEntries(
      document.nodes.filter(({ type }) => type.startsWith(`${family}.`)).map(({ id }) => [id, { node: id }]),
    );
  return { ...document, inputs: of('input'), outputs: of('output') };
}

function compiled(document: PipelineDocument, options: Partial<CompileOptions> = {}) {
  const checked = check(named(document), registry);
  expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const bytes = () => new Uint8Array(0);
  return { checked, ...compilePipeline(checked, { bytes, sha256: 'a'.repeat(64), ...options }) };
}

const classify = pipeline(
  {
    photo: 'input.image',
    small: ['image.resizeShorter', { size: 40 }],
    cut: ['image.centreCrop', { width: 32, height: 32 }],
    tensor: 'image.normalise',
    flat: ['tensor.reduce', { operation: 'mean', axes: [2, 3] }],
    row: ['tensor.squeeze', { axes: [0] }],
    p: 'result.softmax',
    scores: 'output.scores',
  },
  [
    'photo.image > small.image',
    'small.image > cut.image',
    'cut.image > tensor.image',
    'tensor.tensor > flat.tensor',
    'flat.tensor > row.tensor',
    'row.tensor > p.logits',
    'p.scores > scores.value',
  ],
);

/** Why each node outside is there. */
function outside(found: ReturnType<typeof compiled>): Readonly<Record<string, string>> {
  return Object.fromEntries(found.outside.map(({ node, why }) => [node, why]));
}

describe('what is in the file', () => {
  it('is everything but the decoding, the same bytes every time', () => {
    const found = compiled(classify);
    expect(found.parts.map(({ file }) => file.nodes.map(({ id }) => id))).toEqual([
      ['small', 'cut', 'tensor', 'flat', 'row', 'p'],
    ]);
    expect(outside(found)).toEqual({ photo: 'it opens and decodes what comes in (image)' });
    expect(writeModel(compiled(classify).parts[0].model)).toEqual(writeModel(found.parts[0].model));
  });

  it('begins behind what is done while a picture is decoded, when that is to stay with the decoding', () => {
    const found = compiled(classify, { keepDecodePass: true });
    expect(found.parts[0].file.nodes.map(({ id }) => id)).toEqual(['tensor', 'flat', 'row', 'p']);
    expect(outside(found)['small']).toContain('while the picture is decoded');
    expect(outside(found)['cut']).toContain('while the picture is decoded');
    const nearest = {
      ...classify,
      nodes: classify.nodes.map((n) => (n.id === 'small' ? { ...n, params: { ...n.params, filter: 'nearest' } } : n)),
    };
    // That is not done by the decoder, so neither is the cut behind it.
    expect(compiled(nearest, { keepDecodePass: true }).parts[0].file.nodes[0].id).toBe('small');
  });

  it('takes a picture of any colour as RGB, and says where transparency would have mattered', () => {
    const [before] = compiled(classify).parts[0].file.inputs;
    expect(before).toMatchObject({ name: 'photo', public: 'photo', toRgb: true, opaque: true, geometry: false });
    const [behind] = compiled(classify, { keepDecodePass: true }).parts[0].file.inputs;
    expect(behind).toMatchObject({ name: 'cut.image', public: null, toRgb: true });
    expect(behind).not.toHaveProperty('opaque');
    expect(behind.before.map(({ id }) => id)).toEqual(['photo', 'small', 'cut']);
  });

  it('is no picture that would come out in another colour than its node gives it', () => {
    const flipped = pipeline({ photo: 'input.image', flip: 'image.flip', out: 'output.image' }, [
      'photo.image > flip.image',
      'flip.image > out.value',
    ]);
    const found = compiled(flipped);
    expect(found.parts).toEqual([]);
    expect(outside(found)['flip']).toContain('--assume photo.colour=rgb');
    const said = compiled(flipped, { assume: { 'photo.image': { colour: 'grey' } } });
    expect(said.parts[0].file.inputs[0]).toMatchObject({ toRgb: false, type: { colour: 'grey' } });
    expect(said.parts[0].file.outputs[0].carried).toEqual({ kind: 'image', colour: 'grey' });
  });

  it('is no sound of unknown rate, unless it is said', () => {
    const loud = pipeline({ clip: 'input.audio', mono: 'audio.mono', frames: 'audio.frame', out: 'output.tensor' }, [
      'clip.audio > mono.audio',
      'mono.audio > frames.audio',
      'frames.frames > out.value',
    ]);
    expect(outside(compiled(loud))['mono']).toContain('--assume clip.sampleRateHz=16000');
    const said = compiled(loud, { assume: { 'clip.audio': { sampleRateHz: 22_050 } } });
    expect(said.parts[0].file.nodes.map(({ id }) => id)).toEqual(['mono', 'frames']);
    expect(said.parts[0].file.inputs[0].type).toMatchObject({ kind: 'audio', sampleRateHz: 22_050 });
  });

  it('is a node for those of its outputs that have operators; for the others it runs outside too', () => {
    const fused = pipeline(
      {
        a: ['input.tensor', { dtype: 'float32', shape: '4' }],
        b: ['input.tensor', { dtype: 'float32', shape: '4' }],
        pa: 'result.softmax',
        pb: 'result.softmax',
        fuse: ['fusion.max', { modalities: ['x', 'y'], whenMissing: 'skip' }],
        out: 'output.scores',
        report: 'output.json',
      },
      [
        'a.tensor > pa.logits',
        'b.tensor > pb.logits',
        'pa.scores > fuse.x',
        'pb.scores > fuse.y',
        'fuse.scores > out.value',
        'fuse.report > report.value',
      ],
    );
    const found = compiled(fused);
    expect(found.parts[0].file.nodes.map(({ id }) => id)).toContain('fuse');
    expect(found.outside.find(({ node }) => node === 'fuse')).toMatchObject({ besides: ['report'] });
    const { inputs, outputs } = found.parts[0].file;
    expect(inputs.map(({ present }) => present)).toEqual(['a.present', 'b.present']);
    expect(Object.fromEntries(outputs.map(({ name, needs, present }) => [name, [needs, present]]))).toEqual({
      'pa.scores': [['a'], null],
      'pb.scores': [['b'], null],
      out: [[], 'out.present'],
    });
  });

  it('is what was not left out on purpose', () => {
    const found = compiled(classify, { leave: new Map([['p', 'it is left for a test']]) });
    expect(outside(found)['p']).toBe('it is left for a test');
    expect(found.parts[0].file.outputs.map(({ name }) => name)).toEqual(['row.tensor']);
  });
});

describe('what a file says of itself', () => {
  const { parts, checked, outside: left } = compiled(classify);
  const bytes = writeModel(parts[0].model);
  const model = readModel(bytes, 'p.onnx');
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  const file = partOf(metadata, 'p.onnx') as PartFile;

  it('is read back whole: steps with their parameters, units, where it comes from', () => {
    expect(file).toEqual(parts[0].file);
    expect(file.pipeline).toEqual({ name: 'test', sha256: 'a'.repeat(64) });
    expect(file.nodes[0]).toEqual({
      id: 'small',
      type: 'image.resizeShorter',
      title: 'Resize shorter side',
      params: { size: 40, filter: 'bilinear', antialias: true },
    });
    expect(file.inputs[0].tensors).toEqual([
      { name: 'photo', dtype: 'uint8', unit: 'levels, 0 to 255', shape: ['items', 'photo_height', 'photo_width', 3] },
    ]);
    expect(file.outputs[0].tensors[0]).toMatchObject({ unit: 'probabilities that add up to 1', shape: ['items', 3] });
    expect(file.tolerance).toBeGreaterThan(0);
  });

  it('stands in doc strings too, for viewers', () => {
    expect(model.graph?.docString).toBe(
      'test, compiled by Tributary: small (Resize shorter side), cut (Centre crop), tensor (Normalise), flat (Reduce), row (Squeeze), p (Softmax).',
    );
    expect(model.graph?.input[0].docString).toContain('levels, 0 to 255');
  });

  it('is a problem where somebody changed it', async () => {
    const told = (text: string) => rejects(async () => partOf({ [partKey]: text }, 'x.onnx'), 'model-invalid');
    expect((await told('{')).message).toContain('JSON');
    expect((await told(JSON.stringify({ ...file, version: 2 }))).message).toContain('version');
    expect((await told(JSON.stringify({ ...file, inputs: [{}] }))).message).toContain('inputs.0');
    expect(partOf({}, 'x.onnx')).toBeUndefined();
  });

  it('is its form, with nodes and ends of the pipeline', () => {
    const form = formOf({ parts, outside: left, types: checked.types }, checked.document);
    expect(form.parts[0]).toMatchObject({
      id: 'compiled',
      nodes: ['small', 'cut', 'tensor', 'flat', 'row', 'p'],
      inputs: [{ name: 'photo', end: 'photo.image', kind: 'image', maybe: false }],
      outputs: [{ name: 'scores', end: 'p.scores', kind: 'scores', maybe: false }],
      batch: true,
    });
    expect(compiledFormSchema.parse(JSON.parse(JSON.stringify(form)))).toEqual(form);
  });
});

describe('the document that uses the files', () => {
  const { checked, ...found } = compiled(classify);
  const written = [{ path: 'p.onnx', sha256: 'b'.repeat(64) }];
  const node = { type: 'model.part', version: 1 };

  it('has one node for each file, wired as the nodes were, and the same public names', () => {
    const made = compiledDocument(checked, found, written, node);
    expect(made.nodes.map(({ id, type }) => [id, type])).toEqual([
      ['photo', 'input.image'],
      ['scores', 'output.scores'],
      ['compiled', 'model.part'],
    ]);
    expect([...made.wires].sort((a, b) => a.from.localeCompare(b.from))).toEqual([
      { from: 'compiled.scores', to: 'scores.value' },
      { from: 'photo.image', to: 'compiled.photo' },
    ]);
    expect([made.inputs, made.outputs]).toEqual([{ photo: { node: 'photo' } }, { scores: { node: 'scores' } }]);
    expect(made.files).toEqual([{ ...written[0], source: 'no model; compiled by Tributary' }]);
  });

  it('keeps groups, and names that are taken', () => {
    const document = {
      ...named(classify),
      groups: [
        { id: 'g', title: 'All', nodes: ['photo', 'small', 'cut', 'tensor', 'flat', 'row', 'p'] },
        { id: 'h', title: 'Some', nodes: ['small', 'cut'] },
      ],
      nodes: classify.nodes.map((one) => (one.id === 'photo' ? { ...one, id: 'compiled' } : one)),
      wires: classify.wires.map((wire) => ({ ...wire, from: wire.from.replace('photo.', 'compiled.') })),
      inputs: { photo: { node: 'compiled' } },
    } as unknown as PipelineDocument;
    const again = check(document, registry);
    const made = compiledDocument(
      again,
      compilePipeline(again, { bytes: () => new Uint8Array(0), sha256: '' }),
      written,
      node,
    );
    expect(made.nodes.map(({ id }) => id)).toContain('compiled_');
    expect(made.groups.map(({ nodes }) => nodes)).toEqual([['compiled_']]);
  });
});
