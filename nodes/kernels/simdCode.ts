/**
 * Writes small WebAssembly modules of 128-bit SIMD: four numbers at a time, where a plain loop of JavaScript does one.
 * Only what the kernels need; opcodes as in the WebAssembly core specification 2.0, sections 5.4 and 5.5.
 */

/** Index of a local variable of the function that is being written. */
export type Local = number;

const type32 = 0x7f;
const type128 = 0x7b;

const simd = {
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  div: 0xe7,
  min: 0xe8,
  max: 0xe9,
  and: 0x4e,
  or: 0x50,
  addInt: 0xae,
  subInt: 0xb1,
  mulInt: 0xb5,
  /** Eight 16-bit numbers with a sign times eight, neighbours added: four whole numbers. */
  dot: 0xba,
  /** Bytes of the first picked by the second; an index with its highest bit set gives zero. */
  swizzle: 0x0e,
  /** The lower 16 bits of eight whole numbers, the four of the first and the four of the second; kept within -32768 to 32767. */
  narrow: 0x85,
  /** Sixteen bytes of sixteen 16-bit numbers, kept within 0 to 255. */
  narrowBytes: 0x66,
} as const;
export type Binary = keyof typeof simd;

const shifts = { left: 0xab, signed: 0xac, right: 0xad } as const;

/** Numbers without a sign to twice the bits, of the lower or upper half of a register. */
const widen = { low8: 0x89, high8: 0x8a, low16: 0xa9, high16: 0xaa } as const;

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

/** One function whose parameters are 32-bit whole numbers: addresses and counts in bytes. */
export class SimdFunction {
  readonly parameters: number;
  readonly #code: number[] = [];
  readonly #types: number[] = [];

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  #local(type: number): Local {
    this.#types.push(type);
    return this.parameters + this.#types.length - 1;
  }
  #get(local: Local): void {
    this.#code.push(0x20, ...leb(local));
  }
  #set(local: Local): Local {
    this.#code.push(0x21, ...leb(local));
    return local;
  }
  #simd(opcode: number, ...rest: readonly number[]): void {
    this.#code.push(0xfd, ...leb(opcode), ...rest);
  }

  /** A new whole number: a + b * constant, or the constant alone. */
  integer(constant: number, a?: Local, b?: Local): Local {
    return this.setInteger(this.#local(type32), constant, a, b);
  }
  setInteger(to: Local, constant: number, a?: Local, b?: Local): Local {
    this.#code.push(0x41, ...signedLeb(constant));
    if (b !== undefined) {
      this.#get(b);
      this.#code.push(0x6c);
    }
    if (a !== undefined) {
      this.#get(a);
      this.#code.push(0x6a);
    }
    return this.#set(to);
  }
  /** The whole number that lies at address + offset. */
  loadInteger(address: Local, offset = 0): Local {
    this.#get(address);
    this.#code.push(0x28, 2, ...leb(offset));
    return this.#set(this.#local(type32));
  }

  /** The four float32, or the sixteen bytes, at address + offset. */
  load(address: Local, offset: number): Local {
    this.#get(address);
    this.#simd(0x00, 4, ...leb(offset));
    return this.#set(this.#local(type128));
  }
  /** One float32, or one whole number, four times. */
  loadSplat(address: Local, offset: number): Local {
    this.#get(address);
    this.#simd(0x09, 2, ...leb(offset));
    return this.#set(this.#local(type128));
  }
  /** One float32 from each of four addresses. */
  loadLanes(addresses: readonly Local[], offset: number): Local {
    const to = this.#local(type128);
    this.#get(addresses[0]);
    this.#simd(0x5c, 2, ...leb(offset));
    for (let lane = 1; lane < 4; lane++) {
      this.#set(to);
      this.#get(addresses[lane]);
      this.#get(to);
      this.#simd(0x56, 2, ...leb(offset), lane);
    }
    return this.#set(to);
  }
  store(address: Local, offset: number, value: Local): void {
    this.#get(address);
    this.#get(value);
    this.#simd(0x0b, 4, ...leb(offset));
  }
  /** The first four bytes alone. */
  storeFirst(address: Local, offset: number, value: Local): void {
    this.#get(address);
    this.#get(value);
    this.#simd(0x5a, 0, ...leb(offset), 0);
  }

  /** A float32 four times. */
  constant(value: number): Local {
    return this.#constant(new Uint8Array(new Float32Array(4).fill(value).buffer));
  }
  /** A whole number four times. */
  constantInteger(value: number): Local {
    return this.#constant(new Uint8Array(new Int32Array(4).fill(value).buffer));
  }
  /** Sixteen bytes. */
  constantBytes(bytes: readonly number[]): Local {
    return this.#constant(Uint8Array.from(bytes));
  }
  #constant(bytes: Uint8Array): Local {
    this.#simd(0x0c, ...bytes);
    return this.#set(this.#local(type128));
  }

  binary(operation: Binary, a: Local, b: Local): Local {
    return this.set(this.#local(type128), operation, a, b);
  }
  /** The same into a variable that is there already, as a sum in a loop. */
  set(to: Local, operation: Binary, a: Local, b: Local): Local {
    this.#get(a);
    this.#get(b);
    this.#simd(simd[operation]);
    return this.#set(to);
  }
  copy(to: Local, from: Local): void {
    this.#get(from);
    this.#set(to);
  }
  add(a: Local, b: Local): Local {
    return this.binary('add', a, b);
  }
  sub(a: Local, b: Local): Local {
    return this.binary('sub', a, b);
  }
  mul(a: Local, b: Local): Local {
    return this.binary('mul', a, b);
  }
  /** Bits moved in each of four whole numbers: `right` brings zeros in from the left, `signed` the sign. */
  shift(a: Local, to: keyof typeof shifts, bits: number): Local {
    this.#get(a);
    this.#code.push(0x41, ...signedLeb(bits));
    this.#simd(shifts[to]);
    return this.#set(this.#local(type128));
  }
  /** Sixteen bytes as four times four whole numbers. */
  widened(a: Local): readonly [Local, Local, Local, Local] {
    const part = (bytes: number, halves: number) => {
      this.#get(a);
      this.#simd(bytes);
      this.#simd(halves);
      return this.#set(this.#local(type128));
    };
    const { low8, high8, low16, high16 } = widen;
    return [part(low8, low16), part(low8, high16), part(high8, low16), part(high8, high16)];
  }
  /** Four whole numbers as float32. */
  toFloat(a: Local): Local {
    this.#get(a);
    this.#simd(0xfa);
    return this.#set(this.#local(type128));
  }
  /** Four float32 picked from the eight of a and b. */
  pick(a: Local, b: Local, lanes: readonly [number, number, number, number]): Local {
    this.#get(a);
    this.#get(b);
    this.#simd(0x0d, ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]));
    return this.#set(this.#local(type128));
  }

  /** Runs `body` while counter < limit, counter going up by `step`; not at all when it is not less to begin with. */
  loop(counter: Local, limit: Local, step: number, body: () => void): void {
    // block; loop; leave the block unless counter < limit; body; again; end; end
    this.#code.push(0x02, 0x40, 0x03, 0x40);
    this.#get(counter);
    this.#get(limit);
    this.#code.push(0x4e, 0x0d, 1);
    body();
    this.setInteger(counter, step, counter);
    this.#code.push(0x0c, 0, 0x0b, 0x0b);
  }

  bytes(): number[] {
    const runs: number[][] = [];
    for (let i = 0; i < this.#types.length; ) {
      let end = i;
      while (this.#types[end] === this.#types[i]) end++;
      runs.push([...leb(end - i), this.#types[i]]);
      i = end;
    }
    const body = [...leb(runs.length), ...runs.flat(), ...this.#code, 0x0b];
    return [...leb(body.length), ...body];
  }
}

/** A module with the functions under their names, and `pages` of 64 KiB of memory under "memory". */
export function simdModule(functions: Readonly<Record<string, SimdFunction>>, pages: number): Uint8Array {
  const list = Object.entries(functions);
  const section = (id: number, items: readonly (readonly number[])[]) => {
    const content = [...leb(items.length), ...items.flat()];
    return [id, ...leb(content.length), ...content];
  };
  const name = (text: string) => [...leb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      list.map(([, f]) => [0x60, ...leb(f.parameters), ...new Array<number>(f.parameters).fill(type32), 0]),
    ),
    ...section(
      3,
      list.map((_, i) => leb(i)),
    ),
    ...section(5, [[0, ...leb(pages)]]),
    ...section(7, [[...name('memory'), 2, 0], ...list.map(([text], i) => [...name(text), 0, ...leb(i)])]),
    ...section(
      10,
      list.map(([, f]) => f.bytes()),
    ),
  ]);
}

/** What a module gives once it is there. */
export interface SimdInstance {
  readonly memory: ArrayBuffer;
  readonly functions: Readonly<Record<string, (...parameters: number[]) => void>>;
}

/** Part of the language's surroundings everywhere, but of no library of types that is not a browser's. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Compiles a module; null where the machine or its rules do not allow it, and plain loops must do. */
export function instantiate(bytes: Uint8Array): SimdInstance | null {
  try {
    const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    return {
      memory: (memory as { readonly buffer: ArrayBuffer }).buffer,
      functions: functions as SimdInstance['functions'],
    };
  } catch {
    return null;
  }
}
