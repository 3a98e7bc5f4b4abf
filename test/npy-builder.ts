/** A .npy file, version 1.0, of little-endian values: `npy('<f4', '(1,)', bytes)`. */
export function npy(dtype: string, shape: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117).concat('\n');
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([118, 0]), Buffer.from(header), data]);
}
