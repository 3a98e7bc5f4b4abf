import type { FastifyInstance } from 'fastify';
import type { ServingContext } from '../context.ts';
import { addAzure } from './azure.ts';
import type { HostingContract } from './environment.ts';
import { addEvents } from './events.ts';
import { addOip } from './oip.ts';
import { addSageMaker } from './sageMaker.ts';
import { addStreams, type StreamOptions } from './streams.ts';
import { addTfServing } from './tfServing.ts';
import { addVertex } from './vertex.ts';

/** Every protocol over HTTP beside the friendly one. */
export function addProtocols(
  app: FastifyInstance,
  serving: ServingContext,
  hosting: HostingContract,
  streams: StreamOptions = {},
): void {
  addOip(app, serving);
  addTfServing(app, serving);
  addSageMaker(app, serving);
  addVertex(app, serving, hosting.vertex);
  addAzure(app, serving);
  addEvents(app, serving);
  addStreams(app, serving, streams);
}
