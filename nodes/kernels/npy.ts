import { type Dtype, dtypeBytes } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { gatherCells, steps } from './layout.ts';
import { elementCount, emptyTensor, stridesOf } from './tensor.ts';

/**
 * Reads numpy's .npy format, versions 1 to 3: `\x93NUMPY`, version, header length, a Python dictionary as text, data.
 * Source: numpy.lib.format. Objects are refused, since reading them would run code.
 */
export function readNpy(bytes: Uint8Array, name: string, maxBytes: number): TensorValue {
  const header = readHeader(bytes, name);
  const { dtype, width } = dtypeOf(header.descr, name);
  const count = elementCount(header.shape);
  const memory = count * (dtype === 'string' ? 16 + width * 2 : dtypeBytes(dtype));
  if (memory > maxBytes)
    throw new Problem('tensor-too-large', {
      message: `"${name}" holds ${header.descr} of shape [${header.shape.join(', ')}], over the limit of ${maxBytes} bytes.`,
      fix: 'Use a smaller array, or raise the limit tensorBytes.',
      where: { file: name },
    });
  const wanted = count * width * (dtype === 'string' ? 4 : 1);
  const body = bytes.subarray(header.end);
  if (body.byteLength !== wanted)
    throw corrupt(name, `its header promises ${wanted} bytes of data, and ${body.byteLength} follow`);
  const stored = header.fortran ? [...header.shape].reverse() : header.shape;
  const tensor =
    dtype === 'string' ? texts(body, stored, width, header.descr, name) : numbers(body, stored, dtype, header.descr);
  return header.fortran ? turned(tensor, header.shape) : tensor;
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the data begins. */
  readonly end: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

function readHeader(bytes: Uint8Array, name: string): Header {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    throw new Problem('media-format', {
      message: `"${name}" is not a .npy file: it does not begin with \\x93NUMPY.`,
      fix: 'Save the array with numpy.save; take .npz archives apart first.',
      where: { file: name },
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw corrupt(name, `it has format version ${version}, and 1 to 3 are known`);
  if (version > 1 && bytes.length < 12) throw corrupt(name, 'its header is cut off');
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length || end - start > 65536) throw corrupt(name, 'its header is cut off');
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, end));
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr === null || order === null || shape === null)
    throw corrupt(name, 'its header lacks descr, fortran_order or shape');
  if (descr[2] !== undefined) throw unsupported(name, 'a structured dtype');
  const sizes = shape[1].split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
  if (sizes.length > 32 || !sizes.every(Number.isSafeInteger)) throw corrupt(name, `its shape is (${shape[1]})`);
  return { descr: descr[1], fortran: order[1] === 'True', shape: sizes, end };
}

const codes: Readonly<Record<string, Dtype>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/** `width`: bytes of an element; for text, its most characters (UTF-32). */
function dtypeOf(descr: string, name: string): { readonly dtype: Dtype; readonly width: number } {
  const parts = /^([<>|=])([fiubU])(\d+)$/.exec(descr);
  if (parts?.[2] === 'U') return { dtype: 'string', width: Number(parts[3]) };
  const code = parts === null ? '' : `${parts[2]}${parts[3]}`;
  if (!Object.hasOwn(codes, code)) throw unsupported(name, descr.includes('O') ? 'Python objects' : `dtype "${descr}"`);
  return { dtype: codes[code], width: Number(code.slice(1)) };
}

function numbers(body: Uint8Array, shape: readonly number[], dtype: Dtype, descr: string): TensorValue {
  const out = emptyTensor(dtype, shape);
  if (out.dtype === 'string') return out;
  const target = new Uint8Array(out.data.buffer);
  target.set(body);
  const width = dtypeBytes(dtype);
  if (descr.startsWith('>') && width > 1) {
    for (let i = 0; i < target.length; i += width) target.subarray(i, i + width).reverse();
  }
  if (out.dtype === 'bool') for (let i = 0; i < out.data.length; i++) out.data[i] = out.data[i] === 0 ? 0 : 1;
  return out;
}

function texts(body: Uint8Array, shape: readonly number[], width: number, descr: string, name: string): TensorValue {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const little = !descr.startsWith('>');
  const data = Array.from({ length: elementCount(shape) }, (_, i) => {
    let text = '';
    let zeros = 0;
    for (let k = 0; k < width; k++) {
      const code = view.getUint32((i * width + k) * 4, little);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw corrupt(name, `text ${i} holds no valid Unicode`);
      // Zeros at the end are padding, zeros inside are not.
      if (code === 0) zeros++;
      else {
        text += '\0'.repeat(zeros) + String.fromCodePoint(code);
        zeros = 0;
      }
    }
    return text;
  });
  return { kind: 'tensor', dtype: 'string', shape, data };
}

/** Column-major data, read as the reversed shape, to row-major. */
function turned(tensor: TensorValue, shape: readonly number[]): TensorValue {
  const out = emptyTensor(tensor.dtype, shape);
  const strides = stridesOf(tensor.shape).reverse();
  gatherCells(
    tensor.data,
    out.data,
    shape.map((size, axis) => steps(size, strides[axis])),
  );
  return out;
}

function corrupt(name: string, why: string): Problem {
  return new Problem('media-corrupt', {
    message: `"${name}" cannot be read as .npy: ${why}.`,
    fix: 'Save the array again with numpy.save.',
    where: { file: name },
  });
}

function unsupported(name: string, what: string): Problem {
  return new Problem('media-format', {
    message: `"${name}" holds ${what}, which is not accepted.`,
    fix: 'Save numbers, booleans or fixed-width text, with allow_pickle=False.',
    where: { file: name },
  });
}
