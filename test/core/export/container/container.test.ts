import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readme, shell } from '../../../../core/export/bundle/readme.ts';
import { container } from '../../../../core/export/container/target.ts';
import { commonOptions } from '../../../../core/export/options.ts';
import type { ExportInput } from '../../../../core/export/target.ts';
import { signatureOf } from '../../../../core/serve/signature.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileText } from '../hostile.ts';

let input: ExportInput;
beforeAll(async () => {
  input = await inputOf('picture-classifier');
});

function dockerfile(of: ExportInput): readonly Instruction[] {
  return DockerfileParser.parse(textOf(container.files(of, {}), 'Dockerfile')).getInstructions();
}

function chosen(options: Partial<ExportInput['options']>): ExportInput {
  return { ...input, options: { ...input.options, ...options } };
}

const steps = (of: ExportInput) => dockerfile(of).map((one) => one.getKeyword());

it('is two stages on one pinned base, and runs as nobody with a health check and an entry that takes `serve`', () => {
  const found = dockerfile(input);
  const of = (keyword: string) =>
    found.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent());
  expect(of('ARG')).toEqual(['BASE=docker.io/library/node:20-bookworm-slim']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Dockerfile
  expect(of('FROM')).toEqual(['${BASE} AS packages', '${BASE}']);
  expect(of('USER')).toEqual(['10001:10001']);
  expect(of('ENTRYPOINT')).toEqual(['["node", "server/server.mjs"]']);
  expect(of('CMD')).toEqual(['["serve"]']);
  expect(of('EXPOSE')).toEqual(['8080 8081']);
  expect(of('HEALTHCHECK')[0]).toContain('["node", "server/server.mjs", "--ready"]');
  expect(of('LABEL')[0]).toContain('com.amazonaws.sagemaker.capabilities.accept-bind-to-port="true"');
  expect(of('RUN')[0]).toBe('["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]');
  // Nothing of the last stage runs as root but what lies there already.
  expect(found.map((one) => one.getKeyword()).lastIndexOf('RUN')).toBeLessThan(
    found.map((one) => one.getKeyword()).indexOf('LABEL'),
  );
});

it('for CUDA it has the libraries of the runtime and takes Node from the other stage', () => {
  const cuda = chosen({ device: 'cuda' });
  const found = dockerfile(cuda).map((one) => `${one.getKeyword()} ${one.getArgumentsContent()}`);
  const source = textOf(container.files(cuda, {}), 'Dockerfile');
  expect(source).toContain('COPY --from=packages ["/usr/local/bin/node", "/usr/local/bin/node"]\n');
  expect(found.some((line) => line.includes('--onnxruntime-node-install=cuda12'))).toBe(true);
  expect(found[0]).toMatch(/^ARG BASE=docker\.io\/nvidia\/cuda:12\./);
  expect(container.problems(cuda, {})).toEqual([]);
  expect(container.problems(chosen({ device: 'cuda', platform: 'linux/arm64' }), {})).toMatchObject([
    { code: 'device-unavailable', severity: 'error' },
  ]);
  const onCpu = { ...cuda, made: { ...cuda.made, devices: { model: 'cpu' } } };
  expect(container.problems(onCpu, {})).toMatchObject([{ code: 'device-unavailable', severity: 'warning' }]);
});

it('ffmpeg is there where media need it, and only there', () => {
  expect(textOf(container.files(input, {}), 'Dockerfile')).not.toContain('ffmpeg');
  expect(textOf(container.files({ ...input, needs: { ffmpeg: true } }, {}), 'Dockerfile')).toContain(
    '--no-install-recommends ffmpeg',
  );
});

it('images of wrong names are refused before anything is written', () => {
  for (const image of ['Upper', 'a b', 'a\nRUN x', '$(x)', 'a:b:c', '--x', ''])
    expect(container.problems({ ...input, image }, {}), image).toMatchObject([{ code: 'param-invalid' }]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Dockerfile
  for (const baseImage of ['a\nRUN x', '${X}', 'x y', 'a@sha256:12'])
    expect(container.problems(chosen({ baseImage }), {}), baseImage).toMatchObject([{ code: 'param-invalid' }]);
  expect(container.problems(chosen({ baseImage: `r.example.com:5000/node:20@sha256:${'0'.repeat(64)}` }), {})).toEqual(
    [],
  );
});

it('whatever a pipeline is called, the Dockerfile has the same instructions, and says it as it is (fault 94, fault 95)', () => {
  const wanted = steps(input);
  fc.assert(
    fc.property(hostileText, (text) => {
      const hostile = renamed(input, text);
      const source = textOf(container.files(hostile, {}), 'Dockerfile');
      const parsed = DockerfileParser.parse(source);
      expect(parsed.getInstructions().map((one) => one.getKeyword())).toEqual(wanted);
      // No comment became a directive of the builder, which could name another builder or another sign to escape with.
      expect(parsed.getDirectives()).toEqual([]);
      const label = parsed.getInstructions().find((one) => one.getKeyword() === 'LABEL');
      const title = labelValue(label?.getArgumentsContent() ?? '');
      expect(title).toBe(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '));
    }),
    { numRuns: 300 },
  );
});

/** The first value of a LABEL, by the rules of Docker's own parser: inside double quotes a backslash keeps the sign after it. */
function labelValue(content: string): string {
  const inside = /^[\w.]+="((?:[^"\\]|\\[\s\S])*)"/.exec(content)?.[1] ?? expect.fail(content);
  // A dollar without a backslash would be a variable.
  expect(inside).not.toMatch(/(?<!\\)(?:\\\\)*\$/);
  return inside.replace(/\\([\s\S])/g, '$1');
}

it('a compose file with a read-only server, Prometheus and Grafana, whatever its name (fault 95)', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const [document, ...more] = parseAllDocuments(textOf(container.files(renamed(input, text), {}), 'compose.yaml'));
      expect(more).toEqual([]);
      expect(document.errors).toEqual([]);
      const { services } = document.toJS();
      expect(Object.keys(services)).toEqual(['server', 'prometheus', 'grafana']);
      expect(services.server).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        user: '10001:10001',
        image: input.image,
      });
      expect(services.server.tmpfs[0]).toMatch(/^\/tmp:/);
    }),
    { numRuns: 60 },
  );
});

it('only what is served goes into the image', () => {
  const lines = textOf(container.files(input, {}), '.dockerignore').split('\n');
  expect(lines).toContain('*');
  for (const file of container.files(input, {})) {
    expect(file.served).toBe(false);
    expect(lines).not.toContain(`!${file.path}`);
  }
});

it('a README keeps names on their line, out of the shell and out of Markdown (fault 94)', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const hostile = renamed(input, text);
      const [name] = hostile.checked.publicInputs.keys();
      const golden = {
        ...input.golden,
        samples: [{ name: 's', inputs: { [name]: { text } }, recorded: 'golden/01.json' }],
      };
      const page = readme({ ...hostile, golden, signature: signatureOf(hostile.checked) }, container);
      const plain = readme(input, container);
      // As many lines as ever: nothing broke out of its own.
      expect(page.split('\n').length).toBe(plain.split('\n').length);
      expect(page.split('\n').filter((line) => line.startsWith('#')).length).toBe(
        plain.split('\n').filter((line) => line.startsWith('#')).length,
      );
      // In a block of code nothing is Markdown.
      expect(page.replace(/^```[\s\S]*?^```$/gm, '')).not.toMatch(/(?<!\\)<img/);
    }),
    { numRuns: 100 },
  );
  expect(shell("it's $(x)")).toBe("'it'\\''s $(x)'");
});

it('options are described, and have defaults', () => {
  for (const [name, option] of Object.entries(commonOptions.shape)) expect(option.description, name).toBeTruthy();
  expect(commonOptions.parse({})).toMatchObject({ port: 8080, device: 'cpu' });
});
