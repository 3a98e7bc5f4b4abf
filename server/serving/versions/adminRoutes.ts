import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import type { ServingContext } from '../context.ts';
import { publicProblem } from '../publicProblem.ts';
import { bodyOf } from '../requests.ts';
import type { Runtime } from '../runtime.ts';
import type { Journal } from './journal.ts';
import type { Rollout, VersionSet } from './versions.ts';

export interface AdminInit {
  readonly versions: VersionSet;
  readonly journal: Journal;
  /** Opens what lies under this name in the folder of bundles; `version` goes before the one that it names itself. */
  readonly open: (bundle: string, version: string | undefined) => Promise<Runtime>;
}

const loadAsk = z.strictObject({
  bundle: z.string().min(1).max(200),
  version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
    .optional(),
  rollout: z.enum(['switch', 'canary', 'shadow']).default('canary'),
  weight: z.number().min(0).max(1).default(0.1),
});
const weightAsk = z.strictObject({ weight: z.number().min(0).max(1) });

/** Versions managed over HTTP: load, shift, promote, take back. Whoever may is settled before. */
export function addAdmin(app: FastifyInstance, serving: ServingContext, { versions, journal, open }: AdminInit): void {
  const told = (reply: FastifyReply, status = 200, more: object = {}): FastifyReply =>
    reply
      .code(status)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ versions: versions.views(), ...more }));
  const asked = <T>(schema: z.ZodType<T>, bytes: Uint8Array): T => {
    const parsed = schema.safeParse(bytes.length === 0 ? {} : parseJsonBody(bytes, serving.limits.jsonDepth));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Problem('request-invalid', {
      message: `The body does not fit: ${issue.path.join('.') || 'as a whole'}: ${issue.message}.`,
      fix: 'Post JSON such as { "bundle": "v2", "rollout": "canary", "weight": 0.1 }, or { "weight": 0.5 }.',
    });
  };
  type Named = { readonly Params: { readonly version: string } };

  app.get('/v1/versions', async (_request, reply) => told(reply));
  app.get('/v1/journal', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify({ entries: journal.entries() })),
  );
  app.post('/v1/versions', async (request, reply) => {
    const { bundle, version, rollout, weight } = asked(loadAsk, bodyOf(request));
    const how: Rollout = rollout === 'canary' ? { how: rollout, weight } : { how: rollout };
    const runtime = await open(bundle, version);
    const state = await versions.add(runtime, how);
    if (state === 'ready') return told(reply, 201);
    const why = runtime.problem();
    return told(reply, 422, why === undefined ? {} : { error: publicProblem(why) });
  });
  app.post<Named>('/v1/versions/:version/weight', async (request, reply) => {
    versions.setWeight(request.params.version, asked(weightAsk, bodyOf(request)).weight);
    return told(reply);
  });
  app.post<Named>('/v1/versions/:version/promote', async (request, reply) => {
    versions.promote(request.params.version);
    return told(reply);
  });
  app.post<Named>('/v1/versions/:version/rollback', async (request, reply) => {
    versions.rollBack(request.params.version, 'by hand');
    return told(reply);
  });
  app.delete<Named>('/v1/versions/:version', async (request, reply) => {
    versions.remove(request.params.version);
    return told(reply);
  });
}
