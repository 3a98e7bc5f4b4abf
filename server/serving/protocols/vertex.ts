import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Json } from '../../../core/kinds/value.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import type { ServingContext } from '../context.ts';
import { publicProblem } from '../publicProblem.ts';
import { bodyOf } from '../requests.ts';
import { httpStatusOf } from '../status.ts';
import type { HostingContract } from './environment.ts';
import { fitting } from './fitting.ts';
import { answerItems } from './friendly.ts';
import { addRoutes, type ErrorForm, openRoute } from './scope.ts';

const predictRequest = z.object({
  instances: z.unknown(),
  parameters: z
    .looseObject({
      outputs: z.array(z.string()).max(1000).optional(),
      top: z.number().int().min(1).optional(),
    })
    .optional()
    .nullable(),
});

/** As Google's APIs tell errors. */
const vertexErrors: ErrorForm = {
  status: httpStatusOf,
  body: (problem) => {
    const { message, fix, code } = publicProblem(problem);
    return { error: { code: httpStatusOf(problem), message: `${message} ${fix}`, status: code } };
  },
};

/** Google Vertex AI's contract of a container, at the routes that its environment names. `parameters`: `outputs` and `top`. */
export function addVertex(
  app: FastifyInstance,
  serving: ServingContext,
  { health, predict }: HostingContract['vertex'],
): void {
  const { limits, service } = serving;
  addRoutes(app, serving, 'vertex', vertexErrors, (scope) => {
    scope.get(literal(health), openRoute, async (_request, reply) => {
      const ready = service.ready();
      return reply.code(ready ? 200 : 503).send({ ready });
    });
    scope.post(literal(predict), async (request, reply) => {
      const json = parseJsonBody(bodyOf(request), limits.jsonDepth, limits.jsonBytes);
      const { instances, parameters } = fitting(predictRequest, json, 'request');
      const wishes = { outputs: parameters?.outputs, top: parameters?.top };
      const predictions = await answerItems(serving, request, reply, instances as Json, 'vertex', wishes);
      return reply.send({ predictions });
    });
  });
}

/** A path in which a colon is a colon (`/v1/endpoints/1:predict`), and begins no parameter. */
function literal(path: string): string {
  return path.replaceAll(':', '::');
}
