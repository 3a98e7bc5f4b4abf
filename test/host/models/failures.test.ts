import { describe, expect, it } from 'vitest';
import { cleanMessage, runtimeProblem } from '../../../host/models/failures.ts';

/** Messages of ONNX Runtime 1.30 for Node, as they came on Linux. */
const raw = {
  rank: 'Invalid rank for input: x Got: 2 Expected: 1 Please fix either the inputs/outputs or the model.',
  ir: '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::IOnnxRuntimeOpSchemaRegistryList*, const onnxruntime::logging::Logger&, const onnxruntime::ModelOptions&) Unsupported model IR version: 99, max supported IR version: 13\n',
  alloc:
    "Non-zero status code returned while running ConstantOfShape node. Name:'ConstantOfShape_y' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 1125899906842624\n",
  matmul:
    "Non-zero status code returned while running MatMul node. Name:'MatMul_y' Status Message: matmul_helper.h:59 Compute MatMul dimension mismatch",
  webgpu:
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
  missing: "Load model from /nope.onnx failed:Load model /nope.onnx failed. File doesn't exist",
  type: 'Unexpected input data type. Actual: (tensor(int32)) , expected: (tensor(float))',
};

describe('messages of the runtime', () => {
  it.each([
    ['rank', 'Invalid rank for input: x Got: 2 Expected: 1 Please fix either the inputs/outputs or the model'],
    ['ir', 'Unsupported model IR version: 99, max supported IR version: 13'],
    [
      'alloc',
      'ConstantOfShape "ConstantOfShape_y": Failed to allocate memory for requested buffer of size 1125899906842624',
    ],
    ['matmul', 'MatMul "MatMul_y": MatMul dimension mismatch'],
    ['webgpu', 'Failed to get a WebGPU adapter: No supported adapters'],
    ['missing', "Load model /nope.onnx failed. File doesn't exist"],
    ['type', 'Unexpected input data type. Actual: (tensor(int32)) , expected: (tensor(float))'],
  ] as const)('%s loses its C++ names and keeps its sense', (name, clean) => {
    expect(cleanMessage(raw[name])).toBe(clean);
  });
  it('become problems that name file, cause and mend', () => {
    const ir = runtimeProblem(new Error(raw.ir), 'm.onnx', 'open').data;
    expect(ir.code).toBe('model-unsupported');
    expect(ir.message).toContain('IR version 99');
    const memory = runtimeProblem(new Error(raw.alloc), 'm.onnx', 'run').data;
    expect(memory.code).toBe('model-failed');
    expect(memory.message).toContain('memory');
    const rank = runtimeProblem(new Error(raw.rank), 'm.onnx', 'run').data;
    expect(rank.message).toContain('Got: 2 Expected: 1');
    expect(rank.cause).toBe(raw.rank);
    expect(runtimeProblem(new Error(raw.missing), 'm.onnx', 'open').data.code).toBe('model-missing');
    expect(runtimeProblem('anything', 'm.onnx', 'open').data.code).toBe('model-invalid');
  });
});
