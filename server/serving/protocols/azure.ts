import type { FastifyInstance } from 'fastify';
import type { ServingContext } from '../context.ts';
import { answerFriendly, friendlyErrors } from './friendly.ts';
import { addRoutes, openRoute } from './scope.ts';

/**
 * Azure Machine Learning's own-container contract leaves the paths to the image: POST /score, and `/score/live` and
 * `/score/ready` for its two probes.
 */
export function addAzure(app: FastifyInstance, serving: ServingContext): void {
  addRoutes(app, serving, 'azure', friendlyErrors, (scope) => {
    scope.get('/score/live', openRoute, async () => ({ live: true }));
    scope.get('/score/ready', openRoute, async (_request, reply) => {
      const ready = serving.service.ready();
      return reply.code(ready ? 200 : 503).send({ ready });
    });
    scope.post('/score', (request, reply) => answerFriendly(serving, request, reply, 'azure'));
  });
}
