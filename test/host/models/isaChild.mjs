// Runs an int8 model once and prints what it gave. Plain JavaScript, so that it starts quickly under an emulator.
// usage: isaChild.mjs MODEL ROWS COLUMNS
import { createRequire } from 'node:module';

const ort = createRequire(import.meta.url)('onnxruntime-node');
const [model, rows, columns] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, executionProviders: ['cpu'] });
// Large values of one sign: products that overflow 16 bits where a processor adds them in pairs with saturation.
const data = Float32Array.from({ length: rows * columns }, (_, i) => 1 + Math.sin(i * 0.37) * 0.9);
const { y } = await session.run({ x: new ort.Tensor('float32', data, [rows, columns]) });
console.log(JSON.stringify([...y.data]));
