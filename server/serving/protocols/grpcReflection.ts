import { create, type DescFile, type DescService, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { Problem } from '../../../core/problems/problem.ts';
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from './gen/reflection_pb.ts';
import { grpcError } from './grpcCall.ts';

type Told = ServerReflectionResponse['messageResponse'];

/** Tells tools such as grpcurl which services there are, and of what messages. */
export function reflect(services: readonly DescService[]) {
  const files = [...new Set(services.map((service) => service.file))];
  return (call: ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>): void => {
    call.on('data', (request: ServerReflectionRequest | Problem) => {
      if (request instanceof Problem) {
        call.emit('error', grpcError(request));
        return;
      }
      const messageResponse = toldOf(request.messageRequest, services, files);
      call.write(
        create(ServerReflectionResponseSchema, { validHost: request.host, originalRequest: request, messageResponse }),
      );
    });
    call.on('error', () => undefined);
    call.on('end', () => call.end());
  };
}

function toldOf(
  { case: asked, value }: ServerReflectionRequest['messageRequest'],
  services: readonly DescService[],
  files: readonly DescFile[],
): Told {
  if (asked === 'listServices') {
    const response = create(ServerReflectionResponseSchema, {
      messageResponse: {
        case: 'listServicesResponse',
        value: { service: services.map((service) => ({ name: service.typeName })) },
      },
    });
    return response.messageResponse;
  }
  if (asked === 'fileByFilename')
    return fileOf(
      files.find((file) => `${file.name}.proto` === value),
      value,
    );
  if (asked === 'fileContainingSymbol')
    return fileOf(
      files.find((file) => namesOf(file).has(value)),
      value,
    );
  return refusal(status.UNIMPLEMENTED, 'No message here has extensions.');
}

function fileOf(file: DescFile | undefined, asked: string): Told {
  if (file === undefined) return refusal(status.NOT_FOUND, `Nothing is called ${JSON.stringify(asked.slice(0, 100))}.`);
  const bytes = toBinary(FileDescriptorProtoSchema, file.proto);
  return create(ServerReflectionResponseSchema, {
    messageResponse: { case: 'fileDescriptorResponse', value: { fileDescriptorProto: [bytes] } },
  }).messageResponse;
}

function refusal(errorCode: number, errorMessage: string): Told {
  return create(ServerReflectionResponseSchema, {
    messageResponse: { case: 'errorResponse', value: { errorCode, errorMessage } },
  }).messageResponse;
}

/** Full names of what a file declares: services, their methods, messages. */
function namesOf(file: DescFile): ReadonlySet<string> {
  const services = file.services.flatMap((service) => [
    service.typeName,
    ...service.methods.map((method) => `${service.typeName}.${method.name}`),
  ]);
  return new Set([...services, ...file.messages.map((message) => message.typeName)]);
}
