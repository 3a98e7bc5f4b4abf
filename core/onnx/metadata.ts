import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from './gen/onnx-ml_pb.ts';

/** Keys under which a file that Tributary made says what it was made from, and how. */
export const madeFromKey = 'tributary.made_from_sha256';
export const madeHowKey = 'tributary.made_how';

/** The model with entries added to its metadata, in place of those of the same key. */
export function withMetadata(model: ModelProto, entries: Readonly<Record<string, string>>): ModelProto {
  return {
    ...model,
    metadataProps: [
      ...model.metadataProps.filter(({ key }) => !Object.hasOwn(entries, key)),
      ...Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    ],
  };
}
