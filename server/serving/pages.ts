import type { FastifyInstance } from 'fastify';
import { type DescribedPipeline, openApiOf } from '../../core/serve/openapi.ts';
import type { Service } from './contract.ts';
import { modelNamed, versionNamed } from './protocols/found.ts';
import { publicProblem } from './publicProblem.ts';

export interface ServedPages {
  readonly serverVersion: string;
  /** The try-it page of a pipeline, whole, and the policy that it needs; null: none is shown. */
  page(pipeline: DescribedPipeline): { readonly html: string; readonly policy: string } | null;
}

/** What the server tells of itself: pipelines, OpenAPI, a page to try it on. */
export function addPages(app: FastifyInstance, service: Service, pages: ServedPages): void {
  function described(): readonly DescribedPipeline[] {
    return service.models().map((model) => {
      const { version, signature } = versionNamed(model, undefined);
      return { name: model.name, version, signature };
    });
  }

  app.get('/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(openApiOf(described(), pages.serverVersion))),
  );
  app.get('/v1/pipelines', (_request, reply) => reply.send({ pipelines: service.models().map(told) }));
  app.get<{ Params: { name: string } }>('/v1/pipelines/:name', async (request, reply) =>
    reply.send(told(modelNamed(service, request.params.name))),
  );
  app.get('/', (_request, reply) => {
    const [first] = described();
    const page = first === undefined ? null : pages.page(first);
    if (page === null) return reply.callNotFound();
    return reply
      .headers({
        'content-security-policy': page.policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-cache',
      })
      .type('text/html; charset=utf-8')
      .send(page.html);
  });
}

function told({ name, versions }: ReturnType<Service['models']>[number]) {
  return {
    name,
    versions: versions.map(({ version, state, weight, problem, signature }) => ({
      version,
      state,
      weight,
      ...(problem === undefined ? {} : { problem: publicProblem(problem) }),
      title: signature.title,
      description: signature.description,
      inputs: signature.inputs.map(({ name, kind, doc }) => ({ name, kind, doc })),
      outputs: signature.outputs.map(({ name, kind, doc }) => ({ name, kind, doc })),
    })),
  };
}
