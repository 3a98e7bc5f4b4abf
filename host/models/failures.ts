import { Problem } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly code: ProblemCode;
  readonly say: (match: RegExpMatchArray, name: string) => string;
  readonly fix: string;
}

const rules: readonly Rule[] = [
  {
    pattern: /File doesn't exist|No such file/i,
    code: 'model-missing',
    say: (_, name) => `The model file "${name}" is not there.`,
    fix: 'Put the file back, or choose another in the node.',
  },
  {
    pattern: /protobuf parsing failed|INVALID_PROTOBUF|ModelProto does not have a graph/i,
    code: 'model-invalid',
    say: (_, name) => `"${name}" is not an ONNX model, or is cut short.`,
    fix: 'Export or download the model again.',
  },
  {
    pattern: /domain (\S+) is till opset (\d+)/i,
    code: 'model-unsupported',
    say: (m, name) => `"${name}" uses a newer opset of ${m[1]} than ONNX Runtime here knows (it goes up to ${m[2]}).`,
    fix: 'Export the model again with an opset at or below that number.',
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/i,
    code: 'model-unsupported',
    say: (m, name) => `"${name}" is written in IR version ${m[1]}; ONNX Runtime here reads up to ${m[2]}.`,
    fix: 'Export the model with an older onnx package, or save it again with a lower ir_version.',
  },
  {
    pattern: /No Op registered for (\S+)|(\S+?)\(-?\d+\) is not a registered function\/op/i,
    code: 'model-unsupported',
    say: (m, name) => `"${name}" uses the operator ${m[1] ?? m[2]}, which ONNX Runtime here does not have.`,
    fix: 'Export the model with standard operators of an opset that this runtime knows.',
  },
  {
    pattern: /NOT_IMPLEMENTED\s*:?\s*(.*)|Could not find an implementation for (.*)/i,
    code: 'model-unsupported',
    say: (m, name) =>
      `"${name}" needs an operator in a form that ONNX Runtime does not have: ${(m[1] || m[2]).trim()}.`,
    fix: 'Export the model with another dtype or opset for that operator, or choose another device.',
  },
  {
    pattern: /Unsupported data type: (\d+)/i,
    code: 'model-unsupported',
    say: (m, name) => `"${name}" has an input or output of ONNX element type ${m[1]}, which cannot be passed.`,
    fix: 'Export the model with float32, float16, integer, bool or string inputs and outputs.',
  },
  {
    pattern: /bad_?alloc|bad allocation|Failed to allocate memory|failed to allocate|out of memory/i,
    code: 'model-failed',
    say: (_, name) => `"${name}" needs more memory than there is.`,
    fix: 'Give it smaller inputs, choose a smaller model, or run it on a machine with more memory.',
  },
];

/** ONNX Runtime's message without its C++ file names, function signatures and status codes. */
export function cleanMessage(message: string): string {
  return message
    .replace(/\[ONNXRuntimeError\]\s*:\s*\d+\s*:\s*(?:[A-Z_]+\s*:\s*)?/g, '')
    .replace(/^(Exception during loading|Load model from .*? failed):\s*/i, '')
    .replace(/Non-zero status code returned while running (\S+) node\. Name:'(.*?)' Status Message: /g, '$1 "$2": ')
    .replace(/(?:\/|[A-Za-z]:\\)\S+\.(?:cc|h|cpp):\d+\s*(?:[\w:~<>*&, ]+\([^)]*\)\s*(?:const\s*)?)?/g, '')
    .replace(/\b\w+\.(?:cc|h|cpp):\d+\s+\S+\s*/g, '')
    .replace(/\b(?:onnxruntime|onnx)::[\w:]+(?:\([^)]*\))?\s*/g, '')
    .replace(/(?:::<lambda\(\)>\s*)?[\w:.>()<= -]+ was false\.\s*/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.]+$/, '')
    .trim()
    .slice(0, 600);
}

/** Turns what the runtime threw into a Problem. `stage` decides the code where the message tells nothing. */
export function runtimeProblem(error: unknown, name: string, stage: 'open' | 'run'): Problem {
  if (error instanceof Problem) return error;
  const raw = error instanceof Error ? error.message : String(error);
  for (const rule of rules) {
    // While running, only memory tells something that the words of the runtime do not.
    if (stage === 'run' && rule.code !== 'model-failed') continue;
    const match = raw.match(rule.pattern);
    if (match !== null)
      return new Problem(rule.code, {
        message: rule.say(match, name),
        fix: rule.fix,
        where: { file: name },
        cause: raw,
      });
  }
  const text = cleanMessage(raw);
  return stage === 'open'
    ? new Problem('model-invalid', {
        message: `"${name}" cannot be opened: ${text}.`,
        fix: 'Check the model with onnx.checker and export it again.',
        where: { file: name },
        cause: raw,
      })
    : new Problem('model-failed', {
        message: `"${name}" could not run: ${text}.`,
        fix: 'Compare the shapes and values that came in with what `tributary inspect` says that the model takes.',
        where: { file: name },
        cause: raw,
      });
}
