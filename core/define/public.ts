/**
 * Everything that a node file of a user imports from 'tributary'. A name here is a promise: it is kept between
 * minor versions.
 */

export type { Dtype, DtypeArrays, TensorData } from '../kinds/dtype.ts';
export { allocate, dtypeBytes, dtypes } from '../kinds/dtype.ts';
export type { Affine, Geometry } from '../kinds/geometry.ts';
export { applyAffine, composeGeometry, identityAffine, invertAffine, originalGeometry } from '../kinds/geometry.ts';
export type { Dim, Sequence, TypeByKind, WireType } from '../kinds/type.ts';
export { anyType, many, one, typeOf, typeText } from '../kinds/type.ts';
export type {
  AudioValue,
  BoxesValue,
  Colour,
  EmbeddingValue,
  ImageValue,
  Item,
  Json,
  JsonValue,
  Kind,
  MaskValue,
  MediaSource,
  ScoresValue,
  TensorOf,
  TensorValue,
  TextValue,
  Value,
  ValueByKind,
  VideoValue,
} from '../kinds/value.ts';
export { channelsOf, valueBytes } from '../kinds/value.ts';
export type { ProblemData, ProblemInit } from '../problems/problem.ts';
export { Problem } from '../problems/problem.ts';
export type { ProblemCode } from '../problems/table.ts';
export type { FileFacts, ModelPort, ModelSignature } from './file-facts.ts';
export type { Device, ModelSession, NodeHost } from './host.ts';
export type { Emission, Example, NodeDefinition } from './node.ts';
export { defineNode } from './node.ts';
export type { Param, ParamValues } from './param.ts';
export { p } from './param.ts';
export type { PortSpec } from './port.ts';
export { port } from './port.ts';
