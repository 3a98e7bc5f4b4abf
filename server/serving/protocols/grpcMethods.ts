import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import type { MethodDefinition } from '@grpc/grpc-js';
import { Problem } from '../../../core/problems/problem.ts';

export type AnyMethods = Readonly<Record<string, MethodDefinition<unknown, unknown>>>;

/** A service of generated code as gRPC wants it: paths, and how messages become bytes. */
export function methodsOf(service: DescService): AnyMethods {
  return Object.fromEntries(service.methods.map((method) => [method.localName, definitionOf(service, method)]));
}

function definitionOf(service: DescService, method: DescMethod): MethodDefinition<unknown, unknown> {
  const { input, output, methodKind } = method;
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: methodKind === 'client_streaming' || methodKind === 'bidi_streaming',
    responseStream: methodKind === 'server_streaming' || methodKind === 'bidi_streaming',
    requestSerialize: writerOf(input),
    // gRPC would call it the server's own fault: handlers are given the Problem in place of the message.
    requestDeserialize: readerOf(input),
    responseSerialize: writerOf(output),
    responseDeserialize: readerOf(output),
  };
}

function writerOf<D extends DescMessage>(schema: D): (message: unknown) => Buffer {
  return (message) => {
    // Handlers give messages of the schema that their method names.
    const bytes = toBinary(schema, message as MessageShape<D>);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

function readerOf<D extends DescMessage>(schema: D): (bytes: Buffer) => unknown {
  return (bytes) => {
    try {
      return fromBinary(schema, bytes);
    } catch (cause) {
      return new Problem('request-invalid', {
        message: `The message is no ${schema.typeName}.`,
        fix: 'Send what the .proto of this server describes.',
        cause,
      });
    }
  };
}
