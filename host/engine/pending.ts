import type { Problem } from '../../core/problems/problem.ts';

interface Waiting<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (problem: Problem) => void;
}

/** Questions under way, by their id. */
export class Pending<T> {
  readonly #waiting = new Map<number, Waiting<T>>();

  wait(id: number): Promise<T> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  answer(id: number, answer: T): void {
    this.#take(id)?.resolve(answer);
  }

  fail(id: number, problem: Problem): void {
    this.#take(id)?.reject(problem);
  }

  failAll(problemOf: (id: number) => Problem): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, problemOf(id));
  }

  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  count(): number {
    return this.#waiting.size;
  }

  #take(id: number): Waiting<T> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
