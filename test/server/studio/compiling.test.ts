import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StudioArgs } from '../../../core/studio/api.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, openWindow, runIn, startStudio, type Window } from './studio.ts';
import { jobEnd } from './tinyPipelines.ts';

const plain = { examples: false, verify: false } as const;

async function compiledIn(window: Window, args: StudioArgs<'startCompile'>) {
  const { job } = await window.call('startCompile', args);
  const { phase, problem, compiled } = await jobEnd(window, job);
  if (compiled === undefined) throw new Error(`it ended ${phase}: ${problem?.message}`);
  return compiled;
}

describe('the compiled form in the studio', () => {
  it('says which nodes are in which file, how large it is, and why the others are not', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('picture-classifier') });
    const { parts, outside } = await window.call('compiledForm', { session, document, form: 'files' });
    expect(parts).toHaveLength(1);
    expect(parts[0].nodes).toEqual(['shrink', 'cut', 'normalise', 'model', 'probabilities']);
    expect(parts[0].bytes).toBeGreaterThan(300_000);
    expect(outside.map(({ node }) => node)).toEqual(['photo']);
    expect(outside[0].why).toContain('decodes');
    const bad = { ...document, wires: document.wires.filter(({ to }) => to !== 'model.pixel_values') };
    await rejects(() => window.call('compiledForm', { session, document: bad }), 'port-unwired');
  });

  it('is written and held against the nodes, as the command does', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('picture-classifier');
    const folder = path.dirname(file);
    const { session, document } = await window.call('openDocument', { path: file });
    const samples = ['reef', 'city'].map((name) => ({
      name,
      inputs: { image: { form: 'file' as const, path: `media/${name}.jpg` } },
    }));
    const report = await compiledIn(window, {
      session,
      document,
      path: path.join(folder, 'out/scenes.onnx'),
      examples: true,
      verify: true,
      samples,
      pipeline: path.join(folder, 'fused.tributary.json'),
    });
    expect(report.files).toHaveLength(1);
    expect(report.files[0].bytes).toBe(readFileSync(report.files[0].path).length);
    expect(report.compared).toMatchObject({ samples: 2, refused: [] });
    const [scene] = report.compared?.outputs ?? [];
    expect(scene.output).toBe('scene');
    expect(scene.maxDifference ?? 1).toBeLessThanOrEqual(report.tolerance);
    expect(report.examples.map((name) => path.basename(name)).sort()).toEqual(['scenes.md', 'scenes.mts', 'scenes.py']);
    // What was tried out is gone.
    expect(readdirSync(path.join(folder, '.tributary/compiled')).filter((name) => name.startsWith('trial'))).toEqual(
      [],
    );
    const opened = await window.call('openDocument', { path: report.pipeline ?? '' });
    expect((await runIn(window, { session: opened.session, document: opened.document })).phase).toBe('done');
  });

  it('runs, told in the nodes of the pipeline: what comes out of a part can be looked at', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('picture-classifier') });
    const plainRun = await runIn(window, { session, document });
    const run = await runIn(window, { session, document, fused: true });
    expect(run).toMatchObject({ phase: 'done', fused: true, problem: null });
    const inside = ['normalise', 'model', 'probabilities'];
    for (const node of inside) expect(run.nodes[node]).toMatchObject({ state: 'ran', notes: { compiledPart: 0 } });
    expect(run.nodes['photo'].notes['compiledPart']).toBeUndefined();
    expect(Object.keys(run.nodes)).not.toContain('compiled');
    const told = window.heard.flatMap((event) =>
      event.event === 'runNode' && event.run === run.run ? [event.node] : [],
    );
    expect(new Set(told)).toEqual(new Set(document.nodes.map(({ id }) => id)));

    const ends = run.ports.map(({ end }) => end);
    expect(ends).toContain('probabilities.scores');
    expect(ends).not.toContain('model.logits');
    const look = { end: 'probabilities.scores', width: 200, height: 100 } as const;
    const [fused, plain] = [
      await window.call('preview', { run: run.run, ...look }),
      await window.call('preview', { run: plainRun.run, ...look }),
    ];
    const best = (shown: typeof fused) => (shown?.kind === 'scores' ? shown.best.map(({ label }) => label)[0] : null);
    expect(best(fused)).toBe(best(plain));
    expect(best(fused)).toBe('sunset sea');
    // Only all of it is compiled.
    const part = await runIn(window, { session, document, fused: true, targets: ['model'] });
    expect(part.fused).toBeUndefined();
    expect(part.ports.map(({ end }) => end)).toContain('model.logits');
  });

  it('never takes the place of a file that was not compiled without a word', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('picture-classifier');
    const folder = path.dirname(file);
    const { session, document } = await window.call('openDocument', { path: file });
    const out = path.join(tempFolder(), 'net.onnx');
    writeFileSync(out, 'somebody else’s');
    const end = async (args: Partial<StudioArgs<'startCompile'>>) => {
      const { job } = await window.call('startCompile', { session, document, path: out, ...plain, ...args });
      return (await jobEnd(window, job)).problem?.code ?? null;
    };
    expect(await end({})).toBe('document-conflict');
    expect(readFileSync(out, 'utf8')).toBe('somebody else’s');
    expect(await end({ replace: true })).toBeNull();
    // It is ours now.
    expect(await end({})).toBeNull();
    expect(await end({ pipeline: file })).toBe('usage');
    expect(await end({ path: path.join(folder, 'models/scenes.onnx') })).toBe('document-conflict');
    expect(await end({ assume: ['image.rate=3'] })).toBe('usage');
    const relative = { session, document, path: 'net.onnx', ...plain };
    await rejects(() => window.call('startCompile', relative), 'usage');
    await rejects(() => window.call('startCompile', { ...relative, path: '/net.txt' }), 'usage');
    expect(existsSync('net.onnx')).toBe(false);
  });
});
