import type { Message } from '@bufbuild/protobuf';

/**
 * A copy of a message with fields changed, weights shared. What was not set stays unset, so that it is written as it was
 * read; a field given as undefined is taken away. (A spread would lose the defaults, which live on the prototype.)
 */
export function changed<T extends Message>(message: T, fields: Partial<T>): T {
  const copy: T = Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields);
  for (const [name, value] of Object.entries(fields)) if (value === undefined) Reflect.deleteProperty(copy, name);
  return copy;
}
