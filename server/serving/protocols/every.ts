import type { FastifyInstance } from 'fastify';
import type { ServingContext } from '../context.ts';
import { addAzure } from './azure.ts';
import type { HostingContract } from './environment.ts';
import { addOip } from './oip.ts';
import { addSageMaker } from './sageMaker.ts';
import { addTfServing } from './tfServing.ts';
import { addVertex } from './vertex.ts';

/** Every protocol over HTTP beside the friendly one. */
export function addProtocols(app: FastifyInstance, serving: ServingContext, hosting: HostingContract): void {
  addOip(app, serving);
  addTfServing(app, serving);
  addSageMaker(app, serving);
  addVertex(app, serving, hosting.vertex);
  addAzure(app, serving);
}
