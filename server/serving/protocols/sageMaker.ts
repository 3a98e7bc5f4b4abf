import type { FastifyInstance } from 'fastify';
import type { ServingContext } from '../context.ts';
import { answerFriendly, friendlyErrors } from './friendly.ts';
import { addRoutes } from './scope.ts';

/**
 * Amazon SageMaker's contract of a container: GET /ping, 200 without a body once it can be asked; POST /invocations with
 * whatever the pipeline takes. Its own headers (custom attributes, target model) are passed over.
 */
export function addSageMaker(app: FastifyInstance, serving: ServingContext): void {
  addRoutes(app, serving, 'sagemaker', friendlyErrors, (scope) => {
    scope.get('/ping', async (_request, reply) => reply.code(serving.service.ready() ? 200 : 503).send());
    scope.post('/invocations', (request, reply) => answerFriendly(serving, request, reply, 'sagemaker'));
  });
}
