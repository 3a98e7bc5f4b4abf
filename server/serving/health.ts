import type { FastifyInstance } from 'fastify';
import type { Service } from './contract.ts';
import { publicProblem } from './publicProblem.ts';

/** Whether the process lives, and whether it may be sent traffic. Answered from memory, whatever else goes on. */
export function addHealth(app: FastifyInstance, service: Service): void {
  for (const path of ['/livez', '/healthz'])
    app.get(path, (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }));
  app.get('/readyz', (_request, reply) => {
    const ready = service.ready();
    const versions = service.models().flatMap(({ name, versions: served }) =>
      served.map(({ version, state, problem }) => ({
        pipeline: name,
        version,
        state,
        ...(problem === undefined ? {} : { problem: publicProblem(problem) }),
      })),
    );
    const told = { ready, ...(ready ? {} : { reason: whyNot(service) }), versions, load: service.load() };
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(told);
  });
}

function whyNot(service: Service): string {
  const versions = service.models().flatMap((model) => model.versions);
  if (versions.some(({ state }) => state === 'ready')) return 'The server is being ended.';
  const newest = versions.at(-1);
  if (newest === undefined) return 'No pipeline is served yet.';
  if (newest.problem !== undefined) return `${newest.state}: ${publicProblem(newest.problem).message}`;
  return newest.state;
}
