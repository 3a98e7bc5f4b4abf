import { describe, expect, it } from 'vitest';
import { derivedFile } from '../../../core/graph/derivedFile.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges, invertChanges } from '../../../core/graph/edit.ts';
import { pipeline } from '../pipelines.ts';

const made = { path: 'm.int8.onnx', sha256: 'b'.repeat(64), how: 'made int8' };
const document: PipelineDocument = {
  ...pipeline({}),
  files: [{ path: 'm.onnx', sha256: 'a'.repeat(64), licence: 'Apache-2.0', source: 'https://example.org/m' }],
};

describe('a file made from another', () => {
  it('has the licence of the other, and says where it is from', () => {
    const changes = derivedFile(document, 'm.onnx', made);
    const after = applyChanges(document, changes);
    expect(after.files[1]).toEqual({
      path: 'm.int8.onnx',
      sha256: made.sha256,
      licence: 'Apache-2.0',
      source: 'https://example.org/m; made int8',
    });
    expect(applyChanges(after, invertChanges(changes))).toEqual(document);
  });

  it('takes the place of what was recorded before', () => {
    const once = applyChanges(document, derivedFile(document, 'm.onnx', made));
    const twice = applyChanges(once, derivedFile(once, 'm.onnx', { ...made, sha256: 'c'.repeat(64) }));
    expect(twice.files.map((file) => file.sha256[0])).toEqual(['a', 'c']);
  });

  it('is not recorded when the other is not', () => {
    expect(derivedFile(document, 'other.onnx', made)).toEqual([]);
  });

  it('names the other where that has no source', () => {
    const bare = { ...document, files: [{ path: 'm.onnx', sha256: 'a'.repeat(64) }] };
    expect(applyChanges(bare, derivedFile(bare, 'm.onnx', made)).files[1]).toEqual({
      path: 'm.int8.onnx',
      sha256: made.sha256,
      source: 'm.onnx; made int8',
    });
  });
});
